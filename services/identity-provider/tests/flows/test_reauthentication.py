"""What needs a recent proof of identity, and what counts as one."""

from datetime import timedelta

import pytest
from identity_provider.signin.models import Session
from tests.flows.factors import REAUTHENTICATE, RECOVERY, SETUP, TOTP, in_session, post, set_up

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse 7"
GUARDED = [
    ("post", "/api/auth/account/email/", {"email": "new@example.test"}),
    ("post", "/api/auth/account/close/", {}),
    ("get", "/api/auth/account/export/", None),
    ("post", "/api/auth/tokens/", {"name": "x"}),
    ("post", SETUP, {}),
    ("post", TOTP, {"code": "000000"}),
    ("delete", TOTP, None),
    ("post", RECOVERY, {}),
]


def grow_old():
    Session.objects.update(authenticated_at=Session.objects.latest("created_at").created_at - timedelta(seconds=300))


@pytest.fixture
def as_alice(client, sign_in, alice):
    sign_in()
    return in_session(client, alice)


@pytest.mark.parametrize(("method", "path", "body"), GUARDED)
def test_what_matters_needs_a_recent_proof(as_alice, method, path, body):
    grow_old()
    answer = getattr(as_alice, method)(path, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    assert answer.json()["methods"] == ["password"]
    assert post(as_alice, REAUTHENTICATE, {"password": PASSWORD}).status_code == 204
    after = getattr(as_alice, method)(path, body, format="json")
    assert after.status_code != 403


def test_the_password_is_proven_and_the_session_remembers_when(as_alice):
    grow_old()
    before = Session.objects.get().proven_at
    assert post(as_alice, REAUTHENTICATE, {"password": PASSWORD}).status_code == 204
    session = Session.objects.get()
    assert session.proven_at > before
    assert session.methods == "pwd"


def test_wrong_passwords_and_codes_share_one_limit(as_alice):
    set_up(as_alice)
    given = [{"password": "wrong"}, {"code": "000000"}] * 6
    statuses = [post(as_alice, REAUTHENTICATE, body).status_code for body in given]
    assert statuses == [400] * 10 + [429] * 2
    assert post(as_alice, REAUTHENTICATE, {"password": PASSWORD}).status_code == 429


def test_a_wrong_password_is_an_error_of_its_field(as_alice):
    assert post(as_alice, REAUTHENTICATE, {"password": "wrong"}).json()["errors"] == {
        "password": ["The current password is incorrect."]
    }
    assert post(as_alice, REAUTHENTICATE).status_code == 400


def test_a_code_is_a_proof_and_works_once(as_alice):
    app, recovery = set_up(as_alice)
    grow_old()
    assert as_alice.get("/api/auth/account/export/").json()["methods"] == ["password", "totp"]
    code = app.code()
    assert post(as_alice, REAUTHENTICATE, {"code": code}).status_code == 204
    assert post(as_alice, REAUTHENTICATE, {"code": code}).status_code == 400
    assert post(as_alice, REAUTHENTICATE, {"code": recovery[0]}).status_code == 204
    assert Session.objects.get().methods == "pwd otp mfa"


def test_a_proof_counts_in_its_own_session_only(as_alice, other_client, sign_in, alice):
    first = Session.objects.get()
    sign_in(using=other_client)
    second = Session.objects.exclude(pk=first.pk).get()
    grow_old()
    assert post(in_session(other_client, alice, second), REAUTHENTICATE, {"password": PASSWORD}).status_code == 204
    assert as_alice.get("/api/auth/account/export/").status_code == 403


def test_a_planted_flow_does_not_matter(as_alice, other_client, sign_in, alice):
    """The cookie names a flow in which another password was proven."""
    set_up(as_alice)
    sign_in(using=other_client)
    as_alice.cookies["vf_flow"] = other_client.cookies["vf_flow"].value
    grow_old()
    assert as_alice.get("/api/auth/account/export/").status_code == 403
    assert post(as_alice, REAUTHENTICATE, {"code": "000000"}).status_code == 400
    assert as_alice.get("/api/auth/account/export/").status_code == 403


def test_a_session_from_before_proofs_were_recorded_counts_from_its_beginning(as_alice):
    Session.objects.update(authenticated_at=None)
    assert as_alice.get("/api/auth/account/export/").status_code == 200
    Session.objects.update(created_at=Session.objects.get().created_at - timedelta(hours=1))
    assert as_alice.get("/api/auth/account/export/").status_code == 403


def test_the_setting_says_how_long_a_proof_lasts(as_alice, configure):
    grow_old()
    configure(reauthentication_lasts=3600)
    assert as_alice.get("/api/auth/account/export/").status_code == 200
