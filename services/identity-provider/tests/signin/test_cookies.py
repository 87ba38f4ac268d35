"""The attributes of the cookies, when they are set and when they are deleted."""

import pytest

NAMES = ("jwt", "jwt_token", "jwt_refresh")


def attributes(response, name):
    morsel = response.cookies[name]
    return (morsel["path"], bool(morsel["httponly"]), morsel["samesite"], bool(morsel["secure"]), morsel["domain"])


@pytest.mark.parametrize(
    ("production", "scheme", "host", "cookie_domain", "secure", "domain"),
    [
        (False, "http", "vfservices.localhost:8000", "", False, ""),
        (False, "http", "localhost:8000", "", False, ""),
        (False, "http", "traefik.vfservices.localhost:8000", "", False, ""),
        (False, "https", "vfservices.localhost:8443", "", True, ""),
        (False, "http", "127.0.0.1:8000", "", True, ""),
        (True, "http", "vfservices.localhost", "", True, ""),
        (True, "https", "vfservices.localhost", "", True, ""),
        (False, "http", "vfservices.localhost:8000", "vfservices.localhost", False, "vfservices.localhost"),
        (False, "https", "identity.vfservices.localhost", "vfservices.localhost", True, "vfservices.localhost"),
        (False, "http", "localhost:8000", "vfservices.localhost", False, ""),
    ],
)
def test_cookies_are_set_and_deleted_with_these_attributes(
    client, sign_in, alice, configure, production, scheme, host, cookie_domain, secure, domain
):
    configure(production=production, sessions={"cookie_domain": cookie_domain})
    client.defaults.update(HTTP_HOST=host, HTTP_X_FORWARDED_PROTO=scheme)
    expected = {
        "jwt": ("/", True, "Lax", secure, domain),
        "jwt_token": ("/", False, "Lax", secure, domain),
        "jwt_refresh": ("/api/auth/", True, "Lax", secure, domain),
    }
    answers = [sign_in(), client.post("/api/auth/refresh/"), client.post("/api/auth/logout/")]
    for response in answers:
        assert {name: attributes(response, name) for name in NAMES} == expected


@pytest.mark.parametrize(("remember", "max_age"), [(True, 86400), (False, "")])
def test_remember_me_makes_all_three_persistent_also_after_a_refresh(client, sign_in, alice, remember, max_age):
    for response in (sign_in(remember_me=remember), client.post("/api/auth/refresh/")):
        assert {response.cookies[name]["max-age"] for name in NAMES} == {max_age}


def test_the_lifetime_of_remember_me_is_a_setting(sign_in, alice, configure):
    configure(sessions={"remember_lifetime": 3600})
    assert sign_in(remember_me=True).cookies["jwt"]["max-age"] == 3600


def test_a_script_cookie_from_before_it_was_switched_off_is_deleted_too(client, db, configure):
    configure(sessions={"script_cookie": False})
    assert client.post("/api/auth/logout/").cookies["jwt_token"]["max-age"] == 0
