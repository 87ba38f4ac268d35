"""Someone signs up with another person's address. Whoever proves the address later has the account alone."""

import pytest
from allauth.socialaccount.models import SocialAccount
from identity_provider.accounts.models import User
from tests.flows.mails import code_in, latest_mail

pytestmark = pytest.mark.django_db

ADDRESS = {"email": "victim@example.test"}


@pytest.fixture
def claimed(other_client, db):
    body = {**ADDRESS, "username": "mallory", "password": "the attackers 1"}
    assert other_client.post("/api/auth/flow/sign-up/", body, format="json").json()["step"] == "verify_email"
    user = User.objects.get()
    SocialAccount.objects.create(user=user, provider="company", uid="mallory")
    return user


def sign_in_by_code(client):
    client.post("/api/auth/flow/code/request/", ADDRESS, format="json")
    code = code_in(latest_mail())
    return client.post("/api/auth/flow/code/confirm/", {"code": code}, format="json").status_code


def reset(client):
    client.post("/api/auth/flow/password/request/", ADDRESS, format="json")
    body = {"code": code_in(latest_mail()), "new_password": "the owners 2 words"}
    return client.post("/api/auth/flow/password/reset/", body, format="json").status_code


def test_a_sign_in_code_ends_the_password_of_whoever_signed_up(client, other_client, sign_in, claimed):
    assert sign_in_by_code(client) == 200
    assert sign_in("mallory", "the attackers 1", using=other_client).status_code == 401


@pytest.mark.parametrize("prove", [sign_in_by_code, reset])
def test_a_proof_of_the_address_ends_the_connections_of_whoever_signed_up(client, claimed, prove):
    assert prove(client) in (200, 204)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("prove", [sign_in_by_code, reset])
def test_an_account_with_a_verified_address_keeps_what_it_has(client, sign_in, make_user, prove):
    user = make_user("victim", verified=True)
    SocialAccount.objects.create(user=user, provider="company", uid="victim")
    assert prove(client) in (200, 204)
    assert SocialAccount.objects.exists()
    if prove is sign_in_by_code:
        assert sign_in("victim").status_code == 200
