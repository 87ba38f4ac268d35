"""Successful sign-ins and repeated refreshes are limited too, and only for the client that has the credential."""

from datetime import timedelta

import pytest
from identity_provider.signin import limits
from identity_provider.signin.models import FailureCount, Session

from vf_django.testing import as_anonymous


@pytest.fixture(autouse=True)
def three_a_minute(settings, configure):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    configure(sessions={"sign_ins_per_minute": 3})


@pytest.fixture
def post(client):
    def sign_in(name="alice", password="correct horse 7", address="192.0.2.1"):
        client.cookies.clear()
        return as_anonymous(client).post(
            "/api/auth/login/",
            {"username": name, "password": password},
            format="json",
            headers={"X-Forwarded-For": address},
        )

    return sign_in


def test_a_loop_of_sign_ins_is_told_when_to_come_back_and_adds_no_rows(post, alice, log_lines):
    assert [post().status_code for _ in range(6)] == [200] * 3 + [429] * 3
    refused = post("alice@example.test")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert refused["Content-Type"] == "application/problem+json"
    assert 0 < int(refused["Retry-After"]) <= 60
    assert not refused.cookies
    assert Session.objects.count() == 3
    limited = [line for line in log_lines if line["event"] == "sign_in_limited"]
    assert [(line["user_id"], line["reason"], line["network"]) for line in limited] == [
        (alice.pk, "sign_ins", "192.0.2.1")
    ] * 4


def test_the_next_minute_begins_at_zero(post, alice):
    for _ in range(4):
        post()
    FailureCount.objects.update(expires_at=FailureCount.objects.get().expires_at - timedelta(minutes=1))
    assert post().status_code == 200


def test_another_network_and_another_account_go_on(post, alice, bob):
    for _ in range(4):
        post()
    assert post(address="198.51.100.9").status_code == 200
    assert post("bob").status_code == 200


def test_who_does_not_know_the_password_uses_nothing_up_and_learns_nothing(post, alice):
    for _ in range(5):
        assert post(password="wrong").status_code == 401
    assert [post().status_code for _ in range(4)] == [200, 200, 200, 429]
    wrong, unknown = post(password="wrong"), post("nobody", password="wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["code"] == unknown.json()["code"] == "invalid_credentials"


def test_zero_is_no_limit(post, alice, configure):
    configure(sessions={"sign_ins_per_minute": 0})
    assert {post().status_code for _ in range(8)} == {200}
    assert not FailureCount.objects.exists()


def test_a_refused_sign_in_ends_no_session(client, sign_in, alice):
    for _ in range(3):
        sign_in()
    assert sign_in().status_code == 429
    assert Session.objects.filter(revoked_at=None).count() == 1
    assert client.post("/api/auth/refresh/").status_code == 200


def test_repeats_within_the_grace_are_limited_and_the_session_goes_on(
    client, other_client, sign_in, alice, monkeypatch, log_lines
):
    monkeypatch.setattr(limits, "REPEATED_REFRESHES", limits.Limit(3, timedelta(minutes=1)))
    other_client.cookies["jwt_refresh"] = sign_in().cookies["jwt_refresh"].value
    assert client.post("/api/auth/refresh/").status_code == 200
    used = other_client.cookies["jwt_refresh"].value
    statuses = []
    for _ in range(5):
        other_client.cookies["jwt_refresh"] = used
        refused = other_client.post("/api/auth/refresh/")
        statuses.append(refused.status_code)
    assert statuses == [200] * 3 + [429] * 2
    assert (refused.json()["code"], bool(refused.cookies)) == ("too_many_refreshes", False)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert [line["reason"] for line in log_lines if line["event"] == "refresh_refused"] == ["too_many_refreshes"] * 2
    assert client.post("/api/auth/refresh/").status_code == 200
