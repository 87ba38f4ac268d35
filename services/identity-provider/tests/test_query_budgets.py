"""How many queries each request may make. A budget that is exceeded is a regression, not a detail."""

import pytest
from identity_provider.signin.models import Session

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db


def test_sign_in_makes_nineteen(client, sign_in, alice, django_assert_num_queries):
    """Two of them keep the number of a user's sessions bounded, four count the sign-in in its own transaction, one
    looks for an unverified email address, two for factors (at the first step and under the lock at the last), and one
    compares a new browser with others."""
    with django_assert_num_queries(19):
        assert sign_in().status_code == 200


def test_sign_in_from_a_browser_that_is_known_makes_eighteen(client, sign_in, alice, django_assert_num_queries):
    sign_in()
    del client.cookies["jwt"], client.cookies["jwt_token"], client.cookies["jwt_refresh"]
    with django_assert_num_queries(18):
        assert sign_in().status_code == 200


def test_sign_in_that_its_user_is_told_about_makes_twenty(
    client, other_client, sign_in, alice, django_assert_num_queries
):
    sign_in()
    other_client.credentials(HTTP_USER_AGENT="another")
    with django_assert_num_queries(20):
        assert sign_in(using=other_client).status_code == 200


def test_a_refresh_makes_six(client, sign_in, alice, django_assert_num_queries):
    sign_in()
    with django_assert_num_queries(6):
        assert client.post("/api/auth/refresh/").status_code == 200


def test_a_logout_makes_five(client, sign_in, alice, django_assert_num_queries):
    sign_in()
    with django_assert_num_queries(5):
        client.post("/api/auth/logout/")


def test_a_logout_of_nobody_makes_none_beyond_its_transaction(client, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.post("/api/auth/logout/")


def test_the_session_list_makes_one(client, sign_in, alice, django_assert_num_queries):
    sign_in()
    as_user(client, user_id=alice.pk, session_id=Session.objects.get().pk)
    with django_assert_num_queries(1):
        assert len(client.get("/api/auth/sessions/").json()) == 1
