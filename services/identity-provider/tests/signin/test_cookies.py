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


def by_path(response, name):
    """Value and age of a cookie by its path."""
    return {
        morsel["path"]: (morsel.value, morsel["max-age"])
        for morsel in response.cookies.values()
        if morsel.key == name and morsel["path"] != "/"
    }


NARROW = {"/api/auth/"}
BOTH = {"/api/v1/auth/", *NARROW}


def go_through(client, prefix):
    """Sign in, refresh, continue, sign out."""
    answers = (
        client.post(f"{prefix}auth/login/", {"username": "alice", "password": "correct horse 7"}, format="json"),
        client.post(f"{prefix}auth/refresh/"),
        client.get(f"{prefix}auth/continue/?next=/x/"),
        client.post(f"{prefix}auth/logout/"),
    )
    assert [answer.status_code for answer in answers] == [200, 200, 302, 204]
    return answers


def test_a_client_that_uses_the_versioned_form_has_the_narrow_cookies_for_both_forms_of_their_path(client, alice):
    first, renewed, continued, ended = go_through(client, "/api/v1/")
    for response, name in [
        (first, "jwt_refresh"),
        (first, "vf_known"),
        (renewed, "jwt_refresh"),
        (ended, "jwt_refresh"),
    ]:
        found = by_path(response, name)
        assert set(found) == BOTH
        assert len(set(found.values())) == 1, "one value and one age"
    assert set(by_path(continued, "vf_continue")) == {"/api/v1/auth/continue", "/api/auth/continue"}
    assert by_path(ended, "jwt_refresh")["/api/auth/"] == ("", 0)
    assert by_path(ended, "vf_versioned") == {"/api/auth/": ("", 0)}
    assert not any(
        morsel["path"] == "/api/" for answer in (first, renewed, ended) for morsel in answer.cookies.values()
    )


def test_a_client_that_uses_the_alias_alone_has_one_cookie_of_each_name(client, alice):
    first, renewed, continued, _ = go_through(client, "/api/")
    for response in (first, renewed, continued):
        names = [morsel.key for morsel in response.cookies.values() if morsel["path"] != "/"]
        assert len(names) == len(set(names))
        assert "vf_versioned" not in names
        assert {morsel["path"] for morsel in response.cookies.values() if morsel.key == "jwt_refresh"} <= NARROW


def test_a_session_of_the_versioned_form_goes_on_at_both(client, alice):
    client.post("/api/v1/auth/login/", {"username": "alice", "password": "correct horse 7"}, format="json")
    for prefix in ("/api/", "/api/v1/", "/api/", "/api/", "/api/v1/"):
        assert client.post(f"{prefix}auth/refresh/").status_code == 200
        assert client.get("/api/auth/continue/?next=/x/").headers["Location"] == "/x/"
    assert by_path(client.post("/api/auth/refresh/"), "jwt_refresh").keys() == BOTH


def test_a_session_of_the_alias_is_unknown_at_the_versioned_form(client, sign_in, alice):
    sign_in()
    assert client.post("/api/v1/auth/refresh/").status_code == 401, "the browser does not send its cookie there"
    assert client.post("/api/auth/refresh/").status_code == 200


@pytest.mark.parametrize("target", ["/api/auth/logout/", "/api/v1/auth/continue/"])
def test_a_continuation_does_not_lead_to_the_sign_in_endpoints(client, sign_in, alice, target):
    sign_in()
    assert client.get("/api/auth/continue/", {"next": target})["Location"] == "/"
