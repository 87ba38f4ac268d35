"""``POST /api/auth/refresh/`` and the rotation behind it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from identity_provider.revocations.models import Revocation
from identity_provider.signin.models import RefreshToken, Session
from identity_provider.signin.refresh_tokens import digest, new_refresh_token, successor

REFRESH = "/api/auth/refresh/"


@pytest.fixture
def refresh(client):
    def post(token=None, **fields):
        if token is not None:
            client.cookies["jwt_refresh"] = token
        return client.post(REFRESH, fields, format="json")

    return post


def grow_older(token, seconds):
    """As if the token had been used that much earlier."""
    stored = RefreshToken.objects.get(digest=digest(token))
    stored.rotated_at -= timedelta(seconds=seconds)
    stored.save()


def test_a_refresh_renews_all_three_cookies_of_the_same_session(sign_in, refresh, alice):
    before = sign_in().cookies
    response = refresh()
    assert response.status_code == 200
    assert response.json()["username"] == "alice"
    assert set(response.cookies) == {"jwt", "jwt_token", "jwt_refresh"}
    assert all(response.cookies[name].value != before[name].value for name in response.cookies)
    assert Session.objects.count() == 1


def test_a_refresh_moves_the_end_of_the_session(sign_in, refresh, alice):
    sign_in()
    Session.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    refresh()
    assert Session.objects.get().expires_at > timezone.now() + timedelta(hours=11)


def test_new_roles_are_in_the_next_token(sign_in, refresh, alice):
    sign_in()
    alice.roles = ["operator"]
    alice.save()
    assert refresh().json()["roles"] == ["operator"]


def test_an_api_client_that_asks_gets_the_token_in_the_body(sign_in, refresh, alice):
    sign_in()
    assert "access_token" not in refresh().json()
    assert refresh(include_token=True).json()["token_type"] == "Bearer"


def test_a_second_use_within_the_grace_window_gets_the_same_successor(sign_in, refresh, alice):
    token = sign_in().cookies["jwt_refresh"].value
    first = refresh(token).cookies["jwt_refresh"].value
    second = refresh(token).cookies["jwt_refresh"].value
    assert first == second != token
    assert RefreshToken.objects.count() == 2


def test_a_late_tab_within_the_window_gets_the_newest_token_if_there_were_two_rotations(sign_in, refresh, alice):
    token = sign_in().cookies["jwt_refresh"].value
    newest = refresh(refresh(token).cookies["jwt_refresh"].value).cookies["jwt_refresh"].value
    assert refresh(token).cookies["jwt_refresh"].value == newest


def test_a_use_after_the_window_ends_the_session_for_everybody_and_is_audited(sign_in, refresh, alice, log_lines):
    token = sign_in().cookies["jwt_refresh"].value
    current = refresh(token).cookies["jwt_refresh"].value
    grow_older(token, 11)
    response = refresh(token)
    session = Session.objects.get()
    assert (response.status_code, response.json()["code"]) == (401, "refresh_token_invalid")
    assert session.revoked_at is not None
    assert Revocation.objects.get(kind="sid").subject == session.pk
    assert "refresh_token_reused" in [line["event"] for line in log_lines]
    assert token not in str(log_lines)
    assert current not in str(log_lines)
    assert refresh(current).status_code == 401


def test_a_window_of_zero_seconds_forgives_nothing(sign_in, refresh, alice, configure):
    configure(sessions={"grace": 0})
    token = sign_in().cookies["jwt_refresh"].value
    refresh(token)
    assert refresh(token).status_code == 401


def test_a_failed_refresh_never_touches_the_cookies(sign_in, refresh, alice):
    sign_in()
    Session.objects.update(revoked_at=timezone.now())
    response = refresh()
    assert response.status_code == 401
    assert not response.cookies
    assert response["WWW-Authenticate"] == 'Bearer realm="vf"'


@pytest.mark.parametrize(
    "change",
    [
        lambda session: Session.objects.update(revoked_at=timezone.now()),
        lambda session: Session.objects.update(expires_at=timezone.now()),
        lambda session: type(session.user).objects.update(is_active=False),
        lambda session: session.delete(),
    ],
    ids=["revoked", "expired", "user deactivated", "deleted"],
)
def test_a_session_that_has_ended_is_not_refreshed(sign_in, refresh, alice, change):
    sign_in()
    change(Session.objects.get())
    assert refresh().json()["code"] == "refresh_token_invalid"


@pytest.mark.parametrize("token", [None, "", "short", "x" * 44, "é" * 43, " " * 43])
def test_what_could_not_be_a_refresh_token_counts_as_none(refresh, db, token):
    assert refresh(token).json()["code"] == "refresh_token_missing"


def test_an_unknown_token_is_refused(refresh, db):
    assert refresh(new_refresh_token()).json()["code"] == "refresh_token_invalid"


def test_an_access_token_is_no_refresh_token(sign_in, refresh, alice):
    assert refresh(sign_in().cookies["jwt"].value).status_code == 401


def test_two_cookies_of_the_name_are_refused_and_neither_is_used(client, sign_in, alice):
    token = sign_in().cookies["jwt_refresh"].value
    header = f"jwt_refresh={token}; jwt_refresh={new_refresh_token()}"
    response = client.post(REFRESH, HTTP_COOKIE=header)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")
    assert RefreshToken.objects.get().rotated_at is None


@pytest.mark.parametrize("name", ["\u2000jwt_refresh", "\tjwt_refresh", "JWT_REFRESH", '"jwt_refresh"'])
def test_a_name_that_only_resembles_the_cookies_is_another_cookie(client, sign_in, alice, name):
    token = sign_in().cookies["jwt_refresh"].value
    client.cookies.clear()
    # As WSGI hands it over: the header's bytes as Latin-1.
    header = f"{name}={token}".encode().decode("latin-1")
    assert client.post(REFRESH, HTTP_COOKIE=header).json()["code"] == "refresh_token_missing"


def test_a_changed_secret_refuses_a_late_tab_but_ends_nothing(sign_in, refresh, alice, configure):
    token = sign_in().cookies["jwt_refresh"].value
    refresh(token)
    configure(sessions={"refresh_secret": b"another secret"})
    assert refresh(token).status_code == 401
    assert Session.objects.get().revoked_at is None


def test_the_successor_needs_the_secret_and_looks_like_any_token():
    token = new_refresh_token()
    assert successor(token, b"one") == successor(token, b"one")
    assert successor(token, b"one") != successor(token, b"two")
    assert len(successor(token, b"one")) == len(token) == 43
