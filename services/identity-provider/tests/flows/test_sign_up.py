"""Sign-up: open, by invitation, off."""

import pytest
from django.db import DatabaseError
from identity_provider.accounts.models import User
from identity_provider.flows import invitations
from identity_provider.flows.models import FlowState
from identity_provider.mailing.models import Mail
from identity_provider.mailing.settings import MailSettings
from identity_provider.signin.models import Session
from tests.flows.mails import code_in, latest_mail

pytestmark = pytest.mark.django_db


def sign_up(client, username="dora", email="Dora@example.test", password="correct horse 7", **more):
    body = {"username": username, "email": email, "password": password, **more}
    return client.post("/api/auth/flow/sign-up/", body, format="json")


def verify(client, code):
    return client.post("/api/auth/flow/email/verify/", {"code": code}, format="json")


def test_a_new_user_proves_the_address_and_is_signed_in(client, db):
    first = sign_up(client, remember_me=True)
    assert (first.status_code, first.json()["step"]) == (401, "verify_email")
    assert not Session.objects.exists()
    done = verify(client, code_in(latest_mail()))
    assert (done.status_code, done.json()["email"], done.json()["roles"]) == (200, "dora@example.test", [])
    assert Session.objects.get().remember


def test_the_first_sign_in_finishes_an_abandoned_sign_up(client, other_client, sign_in, db):
    sign_up(client)
    assert sign_in("dora", using=other_client).json()["step"] == "verify_email"
    assert verify(other_client, code_in(latest_mail())).status_code == 200


def test_an_address_with_an_account_gets_the_same_answer_and_a_mail_that_says_so(client, other_client, alice):
    first, second = sign_up(client), sign_up(other_client, "eve", "alice@example.test")
    assert first.json() | {"request_id": ""} == second.json() | {"request_id": ""}
    assert latest_mail().kind == "account_exists"
    assert not User.objects.filter(username="eve").exists()
    wrong = [verify(browser, "WRONG1") for browser in (client, other_client)]
    assert wrong[0].json() | {"request_id": ""} == wrong[1].json() | {"request_id": ""}


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"username": "alice"}, "username"), ({"username": "a@b"}, "username"), ({"password": "short"}, "password")],
)
def test_what_no_account_can_have_is_named_for_new_and_known_addresses_alike(client, alice, fields, field):
    for email in ("dora@example.test", "alice@example.test"):
        response = sign_up(client, **{"email": email, **fields})
        assert (response.status_code, set(response.json()["errors"])) == (400, {field})
    assert not Mail.objects.exists()
    assert User.objects.count() == 1


@pytest.mark.parametrize("setting", ["off", "invitation"])
def test_nobody_signs_up_where_it_is_closed(client, db, configure, setting):
    configure(sign_up=setting)
    response = sign_up(client)
    assert (response.status_code, response.json()["code"]) == (403, "sign_up_closed")
    assert not User.objects.exists()


def test_an_invitation_is_for_one_address_and_works_once(client, db, configure):
    configure(sign_up="invitation")
    invitation = invitations.create("dora@example.test", ["customer"])
    assert sign_up(client, "eve", "eve@example.test", invitation=invitation).status_code == 403
    assert sign_up(client, invitation=invitation[:-1] + "x").status_code == 403
    done = sign_up(client, invitation=invitation)
    assert (done.status_code, done.json()["roles"]) == (200, ["customer"])
    assert sign_up(client, "dora2", invitation=invitation).status_code == 401
    assert User.objects.count() == 1


def test_a_second_code_replaces_the_first(client, db):
    sign_up(client)
    first = code_in(latest_mail())
    assert client.post("/api/auth/flow/email/resend/").status_code == 202
    assert verify(client, first).status_code == 400
    assert verify(client, code_in(latest_mail())).status_code == 200


def test_without_email_nobody_signs_up_and_an_invitation_still_works(client, db, configure):
    configure(sign_up="open", mail=MailSettings("off", "no-reply@example.test"))
    response = sign_up(client)
    assert (response.status_code, response.json()["code"]) == (503, "email_unavailable")
    assert not User.objects.exists()
    invitation = invitations.create("dora@example.test", [])
    assert sign_up(client, invitation=invitation).status_code == 200


@pytest.mark.parametrize("failing", ["mailing.services.Mail.objects.create", "flows.state.SessionStore.save"])
def test_an_account_its_email_and_its_flow_are_stored_together_or_not_at_all(client, db, monkeypatch, failing):
    def fail(*_args, **_values):
        raise DatabaseError

    monkeypatch.setattr(f"identity_provider.{failing}", fail)
    client.raise_request_exception = False
    assert sign_up(client).status_code >= 500
    assert not User.objects.exists()
    assert not Mail.objects.exists()
    assert not FlowState.objects.exists()
