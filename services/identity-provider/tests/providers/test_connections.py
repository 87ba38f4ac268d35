"""Connecting and disconnecting a provider in a session."""

import pytest
from allauth.socialaccount.models import SocialAccount
from identity_provider.accounts.models import User
from identity_provider.mailing.models import Mail
from identity_provider.signin.models import Session
from rest_framework.test import APIClient
from tests.providers.conftest import path_of, query_of

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db

LIST = "/api/auth/account/providers/"
COMPANY = f"{LIST}company/"


def signed_in(user):
    client = APIClient(SERVER_NAME="vfservices.localhost")
    client.post("/api/auth/login/", {"username": user.username, "password": "correct horse 7"}, format="json")
    return as_user(client, user_id=user.pk, session_id=Session.objects.filter(user=user).latest("created_at").pk)


@pytest.fixture(autouse=True)
def in_use(provider):
    pass


@pytest.fixture
def as_alice(alice):
    return signed_in(alice)


@pytest.fixture
def connect(at_the_provider):
    def go(client, name):
        url = client.post(COMPANY)
        assert url.status_code == 200, url.json()
        return client.get(path_of(at_the_provider(name, url.json()["url"])))

    return go


def test_a_connected_provider_signs_in(as_alice, alice, connect, at_the_provider, other_client):
    done = connect(as_alice, "vera")
    assert (done.status_code, done["Location"]) == (302, "/accounts/security/?connected=company")
    (row,) = as_alice.get(LIST).json()
    assert (row["id"], row["email"]) == ("company", "vera@example.test")
    url = other_client.post("/api/auth/flow/provider/company/", {}, format="json").json()["url"]
    other_client.get(path_of(at_the_provider("vera", url)))
    assert Session.objects.filter(user=alice).count() == 2
    assert Mail.objects.get().kind == "provider_connected"


def test_one_user_of_the_provider_is_one_account_here(as_alice, bob, connect):
    connect(as_alice, "vera")
    as_bob = signed_in(bob)
    refused = connect(as_bob, "vera")
    assert query_of(refused["Location"]) == {"problem": "connected_elsewhere"}
    assert as_bob.get(LIST).json()[0]["connected_at"] is None


def test_somebody_elses_handshake_connects_nothing(as_alice, bob, at_the_provider):
    back = path_of(at_the_provider("vera", as_alice.post(COMPANY).json()["url"]))
    as_bob = signed_in(bob)
    assert query_of(as_bob.get(back)["Location"]) == {"problem": "provider_refused"}
    assert not SocialAccount.objects.exists()
    assert query_of(as_alice.get(back)["Location"]) == {"connected": "company"}
    assert query_of(as_alice.get(back)["Location"]) == {"problem": "provider_refused"}


def test_a_handshake_to_sign_in_is_none_to_connect(as_alice, other_client, at_the_provider):
    url = other_client.post("/api/auth/flow/provider/company/", {}, format="json").json()["url"]
    back = path_of(at_the_provider("vera", url)).replace("flow/provider", "account/providers")
    assert query_of(as_alice.get(back)["Location"]) == {"problem": "provider_refused"}


def test_a_connection_is_removed_but_not_the_last_way_to_sign_in(as_alice, alice, connect):
    connect(as_alice, "vera")
    SocialAccount.objects.create(user=alice, provider="gone", uid="1")  # not in the file any more
    User.objects.filter(pk=alice.pk).update(password="!")
    refused = as_alice.delete(COMPANY)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_sign_in_method")
    alice.set_password("another horse 8")
    User.objects.filter(pk=alice.pk).update(password=alice.password)
    assert as_alice.delete(COMPANY).status_code == 204
    assert as_alice.delete(COMPANY).status_code == 404
    assert {mail.kind for mail in Mail.objects.all()} == {"provider_connected", "provider_disconnected"}


def test_an_account_that_is_deleted_leaves_no_connection(as_alice, alice, connect):
    connect(as_alice, "vera")
    alice.delete()
    assert not SocialAccount.objects.exists()
