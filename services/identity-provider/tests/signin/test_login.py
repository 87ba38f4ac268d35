"""``POST /api/auth/login/``."""

import json

import pytest
from identity_provider.accounts.imported_hashes import kinds_in_use
from identity_provider.signin.models import Session
from identity_provider.signing.access_tokens import read_own_token

from vf_edge.problems import CONTENT_TYPE

LOGIN = "/api/auth/login/"
USER_MEMBERS = {"id", "username", "email", "roles", "expires_at"}


def body_of_token(response, now):
    return read_own_token(response.cookies["jwt"].value.encode(), now=now)


@pytest.mark.parametrize("name", ["alice", "ALICE", "alice@example.test", "Alice@Example.TEST"])
@pytest.mark.parametrize("field", ["username", "email"])
def test_a_user_signs_in_by_name_or_address_in_any_letter_case_in_either_field(client, alice, field, name):
    response = client.post(LOGIN, {field: name, "password": "correct horse 7"}, format="json")
    assert response.status_code == 200
    assert response.json()["id"] == alice.pk


def test_a_form_does_as_well_as_json(client, alice):
    body = "username=alice&password=correct+horse+7&remember_me=on"
    response = client.post(LOGIN, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert Session.objects.get().remember


def test_text_plain_is_refused(client, alice):
    response = client.post(LOGIN, '{"username": "alice", "password": "correct horse 7"}', content_type="text/plain")
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("charset", ["bz2", "rot13", "punycode", "latin-1", "utf-16", "made-up"])
@pytest.mark.parametrize("path", [LOGIN, "/api/auth/refresh/"])
def test_a_body_in_another_charset_is_refused_and_not_decoded(client, path, kind, charset):
    response = client.generic("POST", path, b"{}", content_type=f"{kind}; charset={charset}")
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
    assert "UTF-8" in response.json()["detail"]


def test_a_body_that_is_too_large_is_a_413_and_no_traceback(client, caplog):
    response = client.post(LOGIN, {"username": "a" * 70_000, "password": "b"}, format="json")
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("name", ["\ud800", "a\x00b", "\udfff" * 10])
def test_a_name_that_is_no_text_is_a_400(client, name):
    body = json.dumps({"username": name, "password": name})
    response = client.generic("POST", LOGIN, body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "validation_failed")


def test_the_answer_tells_who_signed_in_and_is_not_stored(sign_in, alice):
    response = sign_in()
    body = response.json()
    assert body.keys() == USER_MEMBERS
    assert (body["username"], body["email"], body["roles"]) == ("alice", "alice@example.test", ["customer"])
    assert body["expires_at"].endswith("Z")
    assert response["Cache-Control"] == "no-store"


def test_the_three_cookies_hold_tokens_of_one_new_session(sign_in, alice):
    cookies = sign_in().cookies
    session = Session.objects.get()
    token = read_own_token(cookies["jwt"].value.encode(), now=session.created_at)
    assert token.identity.session_id == session.pk
    assert token.identity.user_id == alice.pk
    assert cookies["jwt_token"].value == cookies["jwt"].value
    assert len(cookies["jwt_refresh"].value) == 43


def test_the_database_holds_neither_the_refresh_token_nor_the_password(sign_in, alice):
    token = sign_in().cookies["jwt_refresh"].value
    session = Session.objects.get()
    assert token not in str(list(session.refresh_tokens.values()))
    assert alice.password.startswith("argon2$argon2id$")


def test_an_api_client_that_asks_gets_the_token_in_the_body(sign_in, alice):
    response = sign_in(include_token=True)
    body = response.json()
    assert body["access_token"] == response.cookies["jwt"].value
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 300)


@pytest.mark.parametrize("browser", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://vfservices.localhost"}])
def test_a_browser_never_gets_the_token_in_the_body(client, alice, browser):
    given = {"username": "alice", "password": "correct horse 7", "include_token": True}
    response = client.post(LOGIN, given, format="json", headers=browser)
    assert response.json().keys() == USER_MEMBERS


def test_without_the_script_cookie_only_the_browser_itself_holds_the_token(sign_in, alice, configure):
    configure(sessions={"script_cookie": False})
    assert set(sign_in().cookies) == {"jwt", "jwt_refresh", "vf_known"}


def test_every_wrong_credential_gets_the_same_401(sign_in, make_user):
    make_user("alice")
    make_user("gone", is_active=False)
    wrong = [sign_in("alice", "wrong"), sign_in("nobody", "wrong"), sign_in("gone"), sign_in("gone", "wrong")]
    bodies = [{**response.json(), "request_id": ""} for response in wrong]
    assert {response.status_code for response in wrong} == {401}
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["code"] == "invalid_credentials"
    assert wrong[0]["Content-Type"] == CONTENT_TYPE
    assert wrong[0]["WWW-Authenticate"] == 'Bearer realm="vf"'
    assert not any(response.cookies for response in wrong)


def test_unknown_and_known_names_cost_the_same_number_of_hashes(sign_in, make_user, monkeypatch):
    from identity_provider.accounts.hashers import Argon2

    make_user("alice")
    make_user("gone", is_active=False)
    kinds_in_use()  # makes one hash when it begins
    hashes = []
    for method in ("encode", "verify"):
        original = getattr(Argon2, method)
        monkeypatch.setattr(Argon2, method, lambda *a, _original=original, **k: hashes.append(1) or _original(*a, **k))
    counts = []
    for name in ("alice", "nobody", "gone"):
        hashes.clear()
        sign_in(name, "wrong")
        counts.append(len(hashes))
    assert counts == [1, 1, 1]


def test_a_failed_attempt_leaves_the_current_session_alone(sign_in, alice):
    sign_in()
    sign_in("alice", "wrong")
    assert Session.objects.get().revoked_at is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "password"),
        ({"username": "alice"}, "password"),
        ({"password": "x"}, "username"),
        ({"username": "", "email": "", "password": "x"}, "username"),
        ({"username": "a" * 255, "password": "x"}, "username"),
        ({"username": "alice", "password": "x" * 1025}, "password"),
        ({"username": "al\0ice", "password": "x"}, "username"),
        ({"username": "alice", "password": "x\0"}, "password"),
        ({"username": ["alice"], "password": "x"}, "username"),
        ({"username": "alice", "password": {"$ne": 1}}, "password"),
        ({"username": "alice", "password": "x", "remember_me": "perhaps"}, "remember_me"),
    ],
)
def test_a_field_that_is_missing_or_odd_is_named(client, db, body, field):
    response = client.post(LOGIN, body, format="json")
    assert (response.status_code, response.json()["code"]) == (400, "validation_failed")
    assert field in response.json()["errors"]


@pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', '{"username": "\\ud800", "password": "\\ud800"}', "\xff"])
def test_a_body_that_is_no_object_is_a_400(client, db, body):
    response = client.generic("POST", LOGIN, body, content_type="application/json")
    assert response.status_code == 400


def test_login_as_somebody_else_ends_the_session_that_this_browser_had(sign_in, alice, bob):
    sign_in("alice")
    response = sign_in("bob")
    assert response.json()["username"] == "bob"
    assert Session.objects.get(user=alice).revoked_at is not None
    assert Session.objects.get(user=bob).revoked_at is None


def test_login_elsewhere_ends_nothing(sign_in, other_client, alice):
    sign_in()
    sign_in(using=other_client)
    assert Session.objects.filter(revoked_at=None).count() == 2


def test_a_user_who_is_deactivated_while_the_password_is_checked_does_not_get_in(sign_in, alice, monkeypatch):
    from identity_provider.signin import services

    def check_and_deactivate(name, password):
        type(alice).objects.update(is_active=False)
        return alice

    monkeypatch.setattr(services, "check_credentials", check_and_deactivate)
    assert sign_in().status_code == 401
    assert not Session.objects.exists()


def test_a_user_who_is_deleted_while_the_password_is_checked_does_not_get_in(sign_in, alice, monkeypatch):
    from identity_provider.signin import services

    def check_and_delete(name, password):
        type(alice).objects.all().delete()
        return alice

    monkeypatch.setattr(services, "check_credentials", check_and_delete)
    assert sign_in().status_code == 401
