"""Codes that were sent to an address end when the account has another one."""

import pytest
from identity_provider.accounts.models import User
from tests.flows.factors import in_session, set_up
from tests.flows.mails import code_in, latest_mail

from vf_django.testing import as_anonymous

pytestmark = pytest.mark.django_db


def change_address():
    User.objects.update(email="new@example.test", email_key="new@example.test")


def test_a_code_at_the_previous_address_resets_no_password(client, alice):
    client.post("/api/auth/flow/password/request/", {"email": alice.email}, format="json")
    change_address()
    body = {"code": code_in(latest_mail()), "new_password": "the attackers 1"}
    assert client.post("/api/auth/flow/password/reset/", body, format="json").status_code == 409


def test_a_code_at_the_previous_address_signs_nobody_in(client, alice):
    client.post("/api/auth/flow/code/request/", {"email": alice.email}, format="json")
    change_address()
    body = {"code": code_in(latest_mail())}
    assert client.post("/api/auth/flow/code/confirm/", body, format="json").status_code == 409


@pytest.mark.parametrize("changed", [False, True])
def test_a_code_at_the_previous_address_is_no_proof_at_the_second_factor(client, sign_in, alice, changed):
    sign_in()
    _, recovery_codes = set_up(in_session(client, alice))
    as_anonymous(client).cookies.clear()
    client.post("/api/auth/flow/code/request/", {"email": alice.email}, format="json")
    body = {"code": code_in(latest_mail())}
    assert client.post("/api/auth/flow/code/confirm/", body, format="json").json()["step"] == "mfa"
    if changed:
        change_address()
    answer = client.post("/api/auth/flow/mfa/", {"code": recovery_codes[0]}, format="json")
    assert answer.status_code == (409 if changed else 200)
