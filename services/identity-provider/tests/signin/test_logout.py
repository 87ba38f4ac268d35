"""``POST /api/auth/logout/``."""

from datetime import timedelta

import pytest
from identity_provider.revocations.models import Revocation
from identity_provider.signin.models import Session

LOGOUT = "/api/auth/logout/"
COOKIES = ("jwt", "jwt_token", "jwt_refresh")


def assert_cookies_gone(response):
    assert set(response.cookies) >= set(COOKIES)
    assert {morsel.key for morsel in response.cookies.values()} == set(COOKIES)
    assert all(morsel["max-age"] == 0 and not morsel.value for morsel in response.cookies.values())


def test_logout_ends_the_session_and_records_its_revocation(client, sign_in, alice):
    sign_in()
    session = Session.objects.get()
    response = client.post(LOGOUT)
    session.refresh_from_db()
    revocation = Revocation.objects.get()
    assert response.status_code == 204
    assert_cookies_gone(response)
    assert session.revoked_at is not None
    assert (revocation.kind, revocation.subject, revocation.not_before) == ("sid", session.pk, 0)
    assert revocation.expires_at > session.access_expires_at.timestamp()


def test_logout_without_any_credential_works(client, db):
    response = client.post(LOGOUT)
    assert response.status_code == 204
    assert_cookies_gone(response)


def test_logout_again_works_and_revokes_nothing_more(client, sign_in, alice):
    cookies = sign_in().cookies
    client.post(LOGOUT)
    client.cookies["jwt"] = cookies["jwt"].value
    assert client.post(LOGOUT).status_code == 204
    assert Revocation.objects.count() == 1


@pytest.mark.parametrize("kept", ["jwt", "jwt_token", "jwt_refresh"])
def test_any_one_of_the_three_cookies_finds_the_session(client, sign_in, alice, kept):
    value = sign_in().cookies[kept].value
    client.cookies.clear()
    client.cookies[kept] = value
    client.post(LOGOUT)
    assert Session.objects.get().revoked_at is not None


def test_a_bearer_token_finds_the_session(client, sign_in, alice):
    token = sign_in().cookies["jwt"].value
    client.cookies.clear()
    client.post(LOGOUT, headers={"Authorization": f"Bearer {token}"})
    assert Session.objects.get().revoked_at is not None


def test_an_expired_access_token_finds_the_session(client, alice, sign_in):
    from identity_provider.signing.access_tokens import mint_access_token

    sign_in()
    session = Session.objects.get()
    long_ago = session.created_at - timedelta(days=30)
    token = mint_access_token(alice.identity(session.pk), tokens_not_before=0, now=long_ago).token
    client.cookies.clear()
    client.cookies["jwt"] = token
    client.post(LOGOUT)
    session.refresh_from_db()
    assert session.revoked_at is not None


def test_an_expired_session_can_still_be_signed_out_of(client, sign_in, alice):
    sign_in()
    session = Session.objects.get()
    session.expires_at = session.created_at - timedelta(days=1)
    session.save()
    response = client.post(LOGOUT)
    assert_cookies_gone(response)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "%%%\xff", "é" * 43, "A" * 43])
def test_a_forged_credential_ends_nobodys_session(client, sign_in, alice, token):
    sign_in()
    client.cookies.clear()
    header = f"jwt={token}; jwt_token={token}; jwt_refresh={token}"
    response = client.post(LOGOUT, HTTP_COOKIE=header)
    assert response.status_code == 204
    assert Session.objects.get().revoked_at is None


def test_a_token_signed_by_another_key_ends_nobodys_session(client, sign_in, alice, configure, tmp_path):
    from identity_provider.signing.key_files import write_new_key

    sign_in()
    write_new_key(tmp_path / "other", algorithm="ES256", now=Session.objects.get().created_at)
    configure(signing={"keys_dir": tmp_path / "other"})
    client.cookies.pop("jwt_refresh")
    client.post(LOGOUT)
    assert Session.objects.get().revoked_at is None
