"""Changing the email address and the profile, exporting one's data, closing the account."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from identity_provider.accounts.models import User
from identity_provider.accounts.services import activate, delete_closed_accounts
from identity_provider.mailing.models import Mail
from identity_provider.revocations.models import Revocation
from identity_provider.signin.models import Session
from tests.flows.mails import code_in, latest_mail

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db

EMAIL = "/api/auth/account/email/"


@pytest.fixture
def as_alice(client, sign_in, alice):
    sign_in()
    return as_user(client, user_id=alice.pk, username="alice", session_id=Session.objects.get().pk)


def change(client, email="new@example.test"):
    return client.post(EMAIL, {"email": email}, format="json")


def verify(client, code):
    return client.post(f"{EMAIL}verify/", {"code": code}, format="json")


def test_a_new_address_replaces_the_old_once_it_is_proven_and_both_are_told(as_alice, alice):
    assert change(as_alice).status_code == 202
    assert latest_mail().to == "new@example.test"
    assert as_alice.get(EMAIL).json() == {"email": "alice@example.test", "pending": "new@example.test"}
    assert verify(as_alice, code_in(latest_mail())).json() == {"email": "new@example.test", "pending": None}
    alice.refresh_from_db()
    assert alice.email == alice.email_key == "new@example.test"
    assert [row.email for row in EmailAddress.objects.all()] == ["new@example.test"]
    told = Mail.objects.filter(kind="email_changed").values_list("to", flat=True)
    assert sorted(told) == ["alice@example.test", "new@example.test"]
    assert Revocation.objects.filter(kind="sub", subject=alice.pk).exists()
    assert Session.objects.get().revoked_at is None


def test_an_address_of_another_account_is_not_revealed_and_not_taken(as_alice, bob):
    assert change(as_alice, "bob@example.test").status_code == 202
    assert latest_mail().kind == "account_exists"
    assert verify(as_alice, "WRONG1").status_code == 400


def test_an_address_that_was_taken_in_between_is_not_joined(as_alice, make_user):
    change(as_alice, "eve@example.test")
    code = code_in(latest_mail())
    make_user("eve")
    assert verify(as_alice, code).status_code == 409
    assert User.objects.get(username="alice").email == "alice@example.test"


def test_a_code_is_guessed_three_times(as_alice):
    change(as_alice)
    code = code_in(latest_mail())
    assert [verify(as_alice, "WRONG1").status_code for _ in range(3)] == [400] * 3
    assert verify(as_alice, code).status_code == 409


def test_a_profile_is_changed_field_by_field(as_alice):
    given = {"name": "Alice Ärmel", "locale": "de", "time_zone": "Europe/Berlin"}
    assert as_alice.patch("/api/profile/", given, format="json").status_code == 200
    as_alice.patch("/api/profile/", {"name": ""}, format="json")
    body = as_alice.get("/api/profile/").json()
    assert (body["name"], body["locale"], body["time_zone"]) == ("", "de", "Europe/Berlin")


@pytest.mark.parametrize("wrong", [{"locale": "xx"}, {"time_zone": "Mars/Olympus"}, {"name": "x" * 151}])
def test_what_is_no_language_or_time_zone_is_refused(as_alice, wrong):
    assert as_alice.patch("/api/profile/", wrong, format="json").status_code == 400


def test_mails_are_in_the_language_of_the_user(as_alice, other_client):
    as_alice.patch("/api/profile/", {"locale": "de"}, format="json")
    other_client.post("/api/auth/flow/password/request/", {"email": "alice@example.test"}, format="json")
    assert latest_mail().subject == "Ihr Code für ein neues Passwort"
    assert "15 Minuten" in latest_mail().text
    assert 'lang="de"' in latest_mail().html


def test_an_export_has_everything_but_secrets(as_alice, alice):
    response = as_alice.get("/api/auth/account/export/")
    body = response.json()
    assert body["user"]["id"] == alice.pk
    assert len(body["sessions"]) == 1
    assert response["Content-Disposition"].startswith("attachment")
    text = json.dumps(body)
    assert alice.password not in text
    assert "digest" not in text
    assert "argon2" not in text


def test_a_closed_account_is_signed_out_and_deleted_after_the_grace(as_alice, sign_in, alice):
    close = "/api/auth/account/close/"
    assert as_alice.post(close, {}, format="json").status_code == 200
    assert Session.objects.filter(revoked_at=None).count() == 0
    assert latest_mail().kind == "account_closing"
    now = datetime.now(UTC)
    delete_closed_accounts(now=now + timedelta(days=29))
    assert User.objects.count() == 1
    delete_closed_accounts(now=now + timedelta(days=31))
    assert User.objects.count() == 0


def test_an_operator_can_bring_a_closed_account_back(as_alice, alice, sign_in):
    as_alice.post("/api/auth/account/close/", {}, format="json")
    activate(user=alice)
    delete_closed_accounts(now=datetime.now(UTC) + timedelta(days=31))
    assert sign_in().status_code == 200


def test_an_account_whose_user_never_verifies_the_address_is_deleted_after_a_week(client, other_client, alice):
    for browser, name in ((client, "bob"), (other_client, "carol")):
        body = {"username": name, "email": f"{name}@example.test", "password": "correct horse 7"}
        browser.post("/api/auth/flow/sign-up/", body, format="json")
    other_client.post("/api/auth/flow/email/verify/", {"code": code_in(latest_mail())}, format="json")
    for days, names in ((6, ["alice", "bob", "carol"]), (8, ["alice", "carol"])):
        delete_closed_accounts(now=datetime.now(UTC) + timedelta(days=days))
        assert sorted(User.objects.values_list("username", flat=True)) == names
