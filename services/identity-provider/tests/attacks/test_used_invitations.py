"""An invitation creates one account, with the invited address."""

import pytest
from allauth.account.models import EmailAddress
from identity_provider.accounts.models import User
from identity_provider.flows import invitations

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_invitation(configure):
    configure(sign_up="invitation")


def sign_up(client, invitation, email="dora@example.test", password="correct horse 7"):
    body = {"username": "dora", "email": email, "password": password, "invitation": invitation}
    return client.post("/api/auth/flow/sign-up/", body, format="json")


@pytest.mark.parametrize("end", ["deleted", "renamed"])
def test_a_used_invitation_gives_no_roles_again(client, other_client, db, end):
    invitation = invitations.create("dora@example.test", ["operator"])
    assert sign_up(client, invitation).status_code == 200
    if end == "deleted":
        User.objects.get().delete()
    else:
        User.objects.update(email="other@example.test", email_key="other@example.test", username_key="other")
        EmailAddress.objects.update(email="other@example.test")
    assert sign_up(other_client, invitation).status_code == 403
    assert User.objects.count() == (end == "renamed")


def test_a_use_ends_every_earlier_invitation_for_the_address_and_no_later_one(client, other_client, db):
    first, second = (invitations.create("dora@example.test", ["operator"]) for _ in range(2))
    assert sign_up(client, first).status_code == 200
    User.objects.get().delete()
    assert sign_up(other_client, second, email="Dora@Example.test").status_code == 403
    later = invitations.create("dora@example.test")
    assert sign_up(other_client, later).status_code == 200
    assert User.objects.get().roles == []


def test_a_refused_sign_up_does_not_use_the_invitation_up(client, db):
    invitation = invitations.create("dora@example.test")
    assert sign_up(client, invitation, password="short").status_code == 400
    assert sign_up(client, invitation).status_code == 200


def test_an_invitation_does_not_verify_an_address_that_is_only_spelled_alike(client, db):
    invitation = invitations.create("dora@strasse.example")
    sign_up(client, invitation, "dora@straße.example")
    assert not User.objects.exclude(email="dora@strasse.example").exists()
