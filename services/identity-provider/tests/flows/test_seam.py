"""The seam to allauth: whose rows it sees, what it may write, and what a planted or concurrent flow can do."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from identity_provider.accounts.models import User
from identity_provider.flows.models import FlowState
from identity_provider.flows.state import SessionStore, SignedInState
from identity_provider.revocations.models import Revocation
from identity_provider.signin.models import Session
from tests.flows.mails import code_in, latest_mail

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db

VERIFY = "/api/auth/flow/email/verify/"


def verify(client, code, **headers):
    return client.post(VERIFY, {"code": code}, format="json", **headers)


@pytest.fixture
def carol(make_user):
    return make_user("carol", verified=False)


def test_a_sign_in_without_further_steps_leaves_no_flow(sign_in, alice):
    response = sign_in()
    assert response.status_code == 200
    assert "vf_flow" not in response.cookies
    assert not FlowState.objects.exists()


def test_an_unverified_address_is_a_step_and_remember_me_survives_it(client, sign_in, carol):
    first = sign_in("carol", remember_me=True)
    assert (first.status_code, first.json()["code"], first.json()["step"]) == (401, "step_required", "verify_email")
    assert first["Content-Type"] == "application/problem+json"
    assert set(first.cookies) == {"vf_flow"}
    assert first.cookies["vf_flow"]["httponly"]
    assert first.cookies["vf_flow"]["path"] == "/api/auth/"
    second = verify(client, code_in(latest_mail()))
    assert (second.status_code, second.json()["id"]) == (200, carol.pk)
    assert second.cookies["jwt"]["max-age"] == 86_400
    assert Session.objects.get().remember
    assert second.cookies["vf_flow"].value == ""
    assert not FlowState.objects.exists()
    assert EmailAddress.objects.get(user=carol).verified


@pytest.mark.parametrize("change", ["password", "deactivated", "deleted"])
def test_a_flow_ends_with_what_it_began_with(client, sign_in, carol, change):
    sign_in("carol")
    code = code_in(latest_mail())
    if change == "password":
        User.objects.filter(pk=carol.pk).update(password=make_password("another one 9"))
    elif change == "deactivated":
        User.objects.filter(pk=carol.pk).update(is_active=False)
    else:
        carol.delete()
    response = verify(client, code)
    assert response.status_code in (401, 409)
    assert "jwt" not in response.cookies
    assert not Session.objects.exists()
    assert verify(client, code).status_code == 409


def test_a_code_works_once(client, sign_in, carol):
    sign_in("carol")
    cookie, code = client.cookies["vf_flow"].value, code_in(latest_mail())
    assert verify(client, code).status_code == 200
    client.cookies["vf_flow"] = cookie
    assert verify(client, code).status_code == 409


def test_a_code_can_be_guessed_three_times(client, sign_in, carol):
    sign_in("carol")
    code = code_in(latest_mail())
    answers = [verify(client, "WRONG1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert answers[0].json()["errors"] == {"code": ["Incorrect code."]}
    assert verify(client, code).status_code == 409


def test_a_flow_expires(client, sign_in, carol):
    sign_in("carol")
    FlowState.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert verify(client, code_in(latest_mail())).status_code == 409


def test_a_sign_in_does_not_continue_a_planted_flow(client, other_client, sign_in, carol):
    """Otherwise, whoever planted the cookie would know the key of a flow in which the password was proven."""
    sign_in("carol", using=other_client)
    planted = other_client.cookies["vf_flow"].value
    client.cookies["vf_flow"] = planted
    assert sign_in("carol").cookies["vf_flow"].value != planted


def test_two_flow_cookies_are_ambiguous(client, sign_in, carol):
    sign_in("carol")
    key = client.cookies["vf_flow"].value
    client.cookies.clear()
    response = verify(client, "ABC123", HTTP_COOKIE=f"vf_flow={key}; vf_flow=planted")
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")


def test_another_site_can_not_continue_a_flow(client, sign_in, carol):
    sign_in("carol")
    response = verify(client, code_in(latest_mail()), HTTP_SEC_FETCH_SITE="cross-site", HTTP_ORIGIN="https://evil.test")
    assert (response.status_code, response.json()["code"]) == (403, "cross_site_request")
    assert not Session.objects.exists()


def test_a_session_id_names_no_flow(client, sign_in, alice):
    sign_in()
    session = Session.objects.get()
    state = SignedInState.of(session)
    state["secret"] = 1
    state.save()
    for value in (session.pk, f"sid:{session.pk}"):
        assert SessionStore(value).is_empty()
        client.cookies["vf_flow"] = value
        assert verify(client, "ABC123").status_code == 409


def test_a_copy_of_the_database_contains_no_code_and_no_key(client, sign_in, carol):
    sign_in("carol")
    row, key, code = FlowState.objects.get(), client.cookies["vf_flow"].value, code_in(latest_mail())
    assert key not in row.key
    assert code not in row.data
    assert "code" not in row.data
    assert SessionStore(key)["account_email_verification_code"]["code"] == code
    copied = SessionStore(row.key.removeprefix("flow:"))
    assert copied.is_empty()


def test_a_user_named_like_somebodys_id_reads_their_own_addresses(client, sign_in, alice, make_user):
    """An ``EdgeUser`` in a query counts as its username."""
    mallory = make_user(alice.pk)
    sign_in(alice.pk)
    as_user(client, user_id=mallory.pk, username=alice.pk, session_id=Session.objects.get().pk)
    response = client.get("/api/auth/account/email/")
    assert response.json() == {"email": mallory.email, "pending": None}


@pytest.mark.parametrize("session", ["of somebody else", "ended", "of a program"])
def test_account_management_needs_a_live_session_of_the_user(client, sign_in, alice, bob, session):
    sign_in("bob" if session == "of somebody else" else "alice")
    row = Session.objects.get()
    if session == "ended":
        Session.objects.update(revoked_at=datetime.now(UTC))
    as_user(client, user_id=alice.pk, session_id="gnt_1" if session == "of a program" else row.pk)
    assert client.get("/api/auth/account/email/").status_code == (403 if session == "of a program" else 404)


def test_a_reset_writes_nothing_but_the_password(client, alice, sign_in):
    """allauth's own ``set_password`` saves the whole row, as it was when it was read: an undone revocation."""
    from identity_provider.accounts.services import replace_password

    stale = User.objects.get(pk=alice.pk)
    sign_in()
    User.objects.filter(pk=alice.pk).update(roles=["operator"])
    replace_password(user_id=stale.pk, new="an entirely new 1", now=datetime.now(UTC))
    fresh = User.objects.get(pk=alice.pk)
    assert fresh.roles == ["operator"]
    assert fresh.tokens_not_before > 0
    assert Revocation.objects.filter(kind="sub", subject=alice.pk).exists()
    assert not Session.objects.filter(revoked_at=None).exists()
    assert sign_in().status_code == 401
    assert sign_in(password="an entirely new 1").status_code == 200


def test_no_log_line_contains_the_code_or_the_key(client, sign_in, carol, log_lines):
    sign_in("carol")
    code, key = code_in(latest_mail()), client.cookies["vf_flow"].value
    verify(client, "WRONG1")
    verify(client, code)
    lines = json.dumps(log_lines, default=str)
    assert code not in lines
    assert key not in lines
    assert log_lines
