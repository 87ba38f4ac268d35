"""A user's own sessions: see them, end one, end all."""

import time

import pytest
from identity_provider.accounts.models import User
from identity_provider.revocations.models import Revocation
from identity_provider.signin.models import Session
from identity_provider.signing.access_tokens import read_own_token

from vf_django.testing import as_anonymous, as_user

SESSIONS = "/api/auth/sessions/"


@pytest.fixture
def signed_in(client, sign_in):
    """Signs a user in and lets the client's requests carry the identity that the edge would give them."""

    def enter(user, using=client):
        response = sign_in(user.username, using=as_anonymous(using))
        session = Session.objects.filter(user=user).latest("created_at")
        as_user(using, user_id=user.pk, username=user.username, session_id=session.pk)
        return session, response

    return enter


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", SESSIONS),
        ("delete", f"{SESSIONS}ses_x/"),
        ("post", f"{SESSIONS}revoke-all/"),
        ("post", f"{SESSIONS}revoke-others/"),
    ],
)
def test_anonymous_requests_are_401(client, db, method, path):
    response = getattr(client, method)(path)
    assert (response.status_code, response.json()["code"]) == (401, "credential_required")


def test_the_list_holds_only_ones_own_live_sessions_and_marks_this_one(client, other_client, signed_in, alice, bob):
    signed_in(bob, other_client)
    ended, _ = signed_in(alice, other_client)
    as_anonymous(other_client).post("/api/auth/logout/")
    session, _ = signed_in(alice)
    [listed] = client.get(SESSIONS).json()
    assert ended.pk != listed["id"] == session.pk
    assert listed["current"] is True
    assert listed["network"] == "127.0.0.1"
    assert listed.keys() == {
        "by_operator",
        "id", "created_at", "last_used_at", "expires_at", "remember_me", "network", "user_agent", "current"
    }  # fmt: skip


def test_ending_a_session_revokes_it(client, other_client, signed_in, alice):
    elsewhere, _ = signed_in(alice, other_client)
    signed_in(alice)
    assert client.delete(f"{SESSIONS}{elsewhere.pk}/").status_code == 204
    assert Revocation.objects.get().subject == elsewhere.pk
    assert as_anonymous(other_client).post("/api/auth/refresh/").status_code == 401
    assert client.delete(f"{SESSIONS}{elsewhere.pk}/").status_code == 404


def test_nobody_ends_another_users_session(client, other_client, signed_in, alice, bob):
    theirs, _ = signed_in(bob, other_client)
    signed_in(alice)
    assert client.delete(f"{SESSIONS}{theirs.pk}/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None


def test_sign_out_everywhere_else_keeps_this_session_and_those_of_others(
    client, other_client, signed_in, alice, bob, log_lines
):
    theirs, _ = signed_in(bob, other_client)
    elsewhere = []
    for _ in range(2):
        other_client.cookies.clear()
        elsewhere.append(signed_in(alice, other_client)[0].pk)
    this, _ = signed_in(alice)
    assert client.post(f"{SESSIONS}revoke-others/").json() == {"revoked_sessions": 2}
    assert set(Revocation.objects.values_list("subject", flat=True)) == set(elsewhere)
    assert set(Session.objects.filter(revoked_at=None)) == {theirs, this}
    [line] = [line for line in log_lines if line.get("reason") == "others_by_its_user"]
    assert (line["count"], set(line["session_ids"])) == (2, set(elsewhere))
    assert as_anonymous(client).post("/api/auth/refresh/").status_code == 200
    assert as_anonymous(other_client).post("/api/auth/refresh/").status_code == 401


def test_sign_out_everywhere_else_of_the_only_session_ends_and_records_nothing(client, signed_in, alice, log_lines):
    signed_in(alice)
    assert client.post(f"{SESSIONS}revoke-others/").json() == {"revoked_sessions": 0}
    assert "session_ended" not in [line["event"] for line in log_lines]


def test_sign_out_everywhere_is_one_revocation_for_all_tokens_of_the_user(client, other_client, signed_in, alice, bob):
    signed_in(bob, other_client)
    for _ in range(2):
        other_client.cookies.clear()
        signed_in(alice, other_client)
    signed_in(alice)
    response = client.post(f"{SESSIONS}revoke-all/")
    assert response.json() == {"revoked_sessions": 3}
    assert response.cookies["jwt_refresh"]["max-age"] == 0
    revocation = Revocation.objects.get()
    alice.refresh_from_db()
    assert (revocation.kind, revocation.subject) == ("sub", alice.pk)
    assert revocation.not_before == alice.tokens_not_before
    assert abs(revocation.not_before - time.time()) < 5
    assert not Session.objects.filter(user=alice, revoked_at=None).exists()
    assert Session.objects.filter(user=bob, revoked_at=None).exists()


def test_a_sign_in_in_the_same_second_is_not_hit_by_the_revocation(client, signed_in, sign_in, alice):
    signed_in(alice)
    client.post(f"{SESSIONS}revoke-all/")
    response = sign_in(using=as_anonymous(client))
    alice.refresh_from_db()
    token = read_own_token(response.cookies["jwt"].value.encode(), now=Session.objects.latest("created_at").created_at)
    assert token.issued_at > alice.tokens_not_before


def test_a_second_revocation_in_the_same_second_hits_what_was_issued_between_the_two(client, signed_in, alice):
    earlier = int(time.time()) + 1  # a moment that has not passed when the next revocation comes
    User.objects.filter(pk=alice.pk).update(tokens_not_before=earlier)
    session, response = signed_in(alice)
    token = read_own_token(response.cookies["jwt"].value.encode(), now=session.created_at)
    for _ in range(3):  # the later two have nothing new to revoke, and do not move the moment further ahead
        client.post(f"{SESSIONS}revoke-all/")
        assert Revocation.objects.latest("pk").not_before == token.issued_at == earlier + 1
