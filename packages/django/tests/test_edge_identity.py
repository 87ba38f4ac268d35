"""What a service believes. Hostile rows 2, 7, 8 and 27, as far as they reach a service."""

import time
from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from vf_django.edge_identity import MAX_CACHED, AssertionVerifier, Unproven, prove, read_headers
from vf_django.key_sources import StaticKeys
from vf_django.testing import TEST_KEY, TEST_USER, as_anonymous, as_user, identity_headers_for, trust_test_key
from vf_edge.identity_headers import USER_ASSERTION, encode
from vf_tokens import (
    Identity,
    RequestBinding,
    TokenExpired,
    UnknownKey,
    assertion,
    generate_pem,
    signing_key_from_pem,
    signing_key_from_secret,
)

STRANGER = signing_key_from_pem(generate_pem())
FAST_KEY = signing_key_from_secret("for a test that signs more often than a public key would like")
NOW = 1_800_000_000
ANY_REQUEST = RequestBinding.of("GET", "/open")


def environ_of(headers: dict[str, str]) -> dict[str, str]:
    return {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}


def claimed(**claims: object) -> dict[str, str]:
    """Headers and assertion of a user who differs from the ordinary one in ``claims``."""
    known = {name: getattr(TEST_USER, name) for name in ("user_id", "username", "email", "roles", "session_id")}
    return identity_headers_for(Identity(**{**known, **claims}))


@pytest.fixture
def seen(client: Client) -> Callable[..., dict]:
    """Who the service takes a request with these headers for."""

    def send(headers: dict[str, str], path: str = "/open", method: str = "get", **more: str) -> dict:
        trust_test_key()
        return getattr(client, method)(path, **environ_of(headers), **more).json()

    return send


def test_a_proven_user_is_what_the_assertion_says_and_costs_no_query(client):
    # No database mark: a query would fail the test.
    answer = as_user(client, user_id="usr_1", username="ann", email="ann@example.test", roles=("clerk",)).get("/whoami")
    assert answer.json() == {
        "id": "usr_1",
        "username": "ann",
        "email": "ann@example.test",
        "roles": ["clerk"],
        "session_id": "ses_test",
        "is_authenticated": True,
    }


@pytest.mark.parametrize("headers", [{}, dict.fromkeys(identity_headers_for(TEST_USER, audience="x"), "")])
def test_no_headers_or_empty_ones_are_anonymous_and_nothing_to_log(seen, log_lines, headers):
    assert not seen(headers)["is_authenticated"]
    assert "identity_refused" not in log_lines()


def _without_assertion() -> dict[str, str]:
    return identity_headers_for() | {USER_ASSERTION: ""}


def _signed_by_a_stranger() -> dict[str, str]:
    return encode(TEST_USER, assertion.mint(STRANGER, TEST_USER, audience="example", issued_at=int(time.time())))


def _expired() -> dict[str, str]:
    return encode(TEST_USER, assertion.mint(TEST_KEY, TEST_USER, audience="example", issued_at=int(time.time()) - 61))


def _from_the_future() -> dict[str, str]:
    return encode(TEST_USER, assertion.mint(TEST_KEY, TEST_USER, audience="example", issued_at=int(time.time()) + 30))


FORGED = {
    "headers without an assertion": _without_assertion,
    "an assertion alone, without the headers": lambda: {USER_ASSERTION: identity_headers_for()[USER_ASSERTION]},
    "an assertion that a stranger signed": _signed_by_a_stranger,
    "an assertion for another service": lambda: identity_headers_for(audience="billing"),
    "an assertion that has expired": _expired,
    "an assertion from the future": _from_the_future,
    "an assertion with a changed signature": lambda: (
        identity_headers_for() | {USER_ASSERTION: identity_headers_for()[USER_ASSERTION][:-6] + "AAAAAA"}
    ),
    "an assertion of 40 KB": lambda: identity_headers_for() | {USER_ASSERTION: "a" * 40_000},
    "an assertion that is no token": lambda: identity_headers_for() | {USER_ASSERTION: "admin"},
    "an assertion with non-ASCII in it": lambda: identity_headers_for() | {USER_ASSERTION: "caf\xe9"},
    "another user id than the assertion's": lambda: identity_headers_for() | {"X-User-Id": "usr_admin"},
    "another name than the assertion's": lambda: identity_headers_for() | {"X-User-Name": "admin"},
    "another e-mail than the assertion's": lambda: identity_headers_for() | {"X-User-Email": "admin@example.test"},
    "another session than the assertion's": lambda: identity_headers_for() | {"X-User-Session": "ses_2"},
    "a role more than the assertion's": lambda: identity_headers_for() | {"X-User-Roles": "admin"},
    "a role less than the assertion's": lambda: claimed(roles=("a", "b")) | {"X-User-Roles": "a"},
    "two user ids, joined by the server": lambda: identity_headers_for() | {"X-User-Id": "usr_test,usr_admin"},
    "two assertions, joined by the server": lambda: (
        identity_headers_for() | {USER_ASSERTION: ",".join([identity_headers_for()[USER_ASSERTION]] * 2)}
    ),
    "a raw non-ASCII name": lambda: claimed(username="caf\xe9") | {"X-User-Name": "caf\xe9"},
    "the id again as X.User.Id": lambda: identity_headers_for() | {"X.User.Id": "usr_admin"},
    "the id again as x~user~id": lambda: identity_headers_for() | {"x~user~id": "usr_admin"},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED.keys())
def test_a_forged_identity_is_nobody_and_is_logged_once(seen, log_lines, headers):
    assert seen(headers()) == {
        "id": None,
        "username": "",
        "email": "",
        "roles": [],
        "session_id": "",
        "is_authenticated": False,
    }
    assert log_lines().count("identity_refused") == 1


def test_a_refusal_logs_the_reason_and_nothing_of_the_claim(seen, log_lines):
    headers = claimed(username="top-secret-name") | {"X-User-Id": "usr_forged"}
    seen(headers)
    assert "the headers do not match the assertion" in log_lines()
    for value in ("top-secret-name", "usr_forged", headers[USER_ASSERTION]):
        assert value not in log_lines()


def test_another_header_of_the_namespace_is_not_an_identity_and_does_no_harm(seen):
    assert seen(identity_headers_for() | {"X-User-Anything": "admin"})["id"] == "usr_test"


@given(
    username=st.text(max_size=60),
    email=st.text(max_size=60),
    roles=st.lists(st.text(min_size=1, max_size=20), max_size=5, unique=True),
)
def test_any_unicode_arrives_exactly_and_splits_nothing(username, email, roles):
    for text in (username, email, *roles):
        try:
            text.encode()
        except UnicodeEncodeError:
            return
    identity = Identity("usr_1", username, email, tuple(roles), "")
    verifier = AssertionVerifier(StaticKeys(TEST_KEY), audience="example")
    headers = encode(identity, assertion.mint(TEST_KEY, identity, audience="example", issued_at=NOW))
    read = read_headers(environ_of(headers))
    assert prove(read, verifier, now=NOW, request=ANY_REQUEST, must_bind=False) == identity


@pytest.mark.parametrize(
    "name", ["a\r\nX-Role: admin", "a,b", "100%", "%2C", '"quoted"', "🦊", "\u202etxt.exe", "Zoë\x00"]
)
def test_an_odd_name_arrives_exactly(client, name):
    assert as_user(client, username=name).get("/whoami").json()["username"] == name


@given(
    st.dictionaries(
        st.sampled_from(["HTTP_X_USER_ID", "HTTP_X_USER_ROLES", "HTTP_X_USER_ASSERTION", "HTTP_X.USER_ID", "HTTP_X"]),
        st.text(max_size=80),
    )
)
def test_whatever_comes_without_a_good_assertion_proves_nothing(environ):
    verifier = AssertionVerifier(StaticKeys(TEST_KEY), audience="example")
    try:
        assert prove(read_headers(environ), verifier, now=NOW, request=ANY_REQUEST, must_bind=False) is None
    except Unproven:
        return
    assert not any(environ.get(name) for name in ("HTTP_X_USER_ID", "HTTP_X_USER_ROLES", "HTTP_X_USER_ASSERTION"))


def test_a_remembered_assertion_is_still_refused_once_it_has_expired():
    verifier = AssertionVerifier(StaticKeys(TEST_KEY), audience="example")
    token = assertion.mint(TEST_KEY, TEST_USER, audience="example", issued_at=NOW, lifetime=60)
    assert verifier.verify(token, NOW + 59.9).identity == TEST_USER
    with pytest.raises(TokenExpired):
        verifier.verify(token, NOW + 60)


def test_keys_that_are_no_longer_trusted_prove_nothing_that_they_proved_before():
    verifier = AssertionVerifier(StaticKeys(TEST_KEY), audience="example")
    token = assertion.mint(TEST_KEY, TEST_USER, audience="example", issued_at=NOW)
    verifier.verify(token, NOW)
    verifier.trust(StaticKeys(STRANGER))
    with pytest.raises(UnknownKey):
        verifier.verify(token, NOW)


def test_a_single_value_with_a_comma_is_refused_even_if_the_assertion_says_the_same(seen):
    """Two headers of one name arrive joined by a comma; the gateway writes a name's own as %2C."""
    headers = claimed(username="ann,bob")
    assert seen(headers)["username"] == "ann,bob"
    assert not seen(headers | {"X-User-Name": "ann,bob"})["is_authenticated"]


def test_the_memory_of_verified_assertions_is_bounded():
    verifier = AssertionVerifier(StaticKeys(FAST_KEY), audience="example")
    for number in range(MAX_CACHED + 10):
        identity = Identity(f"usr_{number}", "", "", (), "")
        verifier.verify(assertion.mint(FAST_KEY, identity, audience="example", issued_at=NOW), NOW)
    assert len(verifier._verified) == MAX_CACHED


BOUND = {
    "the same method and target": ("get", "/open?a=1", "/open?a=1", "GET", True),
    "another path": ("get", "/open", "/whoami", "GET", False),
    "another query": ("get", "/open?a=1", "/open?a=2", "GET", False),
    "another method": ("post", "/open", "/open", "GET", False),
}


@pytest.mark.parametrize(("method", "asked", "bound_to", "bound_method", "believed"), BOUND.values(), ids=BOUND.keys())
def test_a_bound_assertion_is_for_one_request(seen, method, asked, bound_to, bound_method, believed):
    headers = identity_headers_for(binding=RequestBinding.of(bound_method, bound_to))
    assert seen(headers, asked, method)["is_authenticated"] is believed


def test_the_target_is_compared_as_the_client_sent_it(seen):
    headers = identity_headers_for(binding=RequestBinding.of("GET", "/%6Fpen"))
    assert seen(headers, "/open", RAW_URI="/%6Fpen")["is_authenticated"]
    assert not seen(headers, "/open", RAW_URI="/open")["is_authenticated"]


def test_a_service_can_demand_bound_assertions(seen, settings):
    settings.VF_EDGE = settings.VF_EDGE | {"REQUIRE_BINDING": True}
    assert not seen(identity_headers_for())["is_authenticated"]
    assert seen(identity_headers_for(binding=ANY_REQUEST))["is_authenticated"]


WRONG = {
    "no audience": {"AUDIENCE": ""},
    "no key source": {"JWKS_URL": ""},
    "two key sources": {"JWKS_FILE": "/keys.json"},
    "a key that does not exist": {"JWKS": "x"},
    "an audience that is not text": {"AUDIENCE": None},
    "an address without a scheme": {"JWKS_URL": "gateway-auth:8001/.well-known/jwks.json"},
    "an address that is a file": {"JWKS_URL": "file:///keys.json"},
    "a word for a truth value, which would be true": {"REQUIRE_BINDING": "false"},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_setting_stops_the_start(settings, change):
    settings.VF_EDGE = settings.VF_EDGE | change
    with pytest.raises(ImproperlyConfigured, match="VF_EDGE"):
        Client().get("/open")


def test_a_test_client_can_change_its_user_and_have_none(client):
    assert as_user(client, user_id="usr_1").get("/whoami").json()["id"] == "usr_1"
    assert as_user(client, user_id="usr_2").get("/whoami").json()["id"] == "usr_2"
    assert as_anonymous(client).get("/whoami").status_code == 401
