"""Requests from the internal network, directly to the port of a service or the gateway."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from runner import Platform
from tests.security.attack.situation import MARK, Line, Situation
from tests.security.attack.wire import Endpoint, Reply, exchange
from tests.security.behind import EchoEdge
from vf_edge import identity_headers
from vf_tokens import Identity, RequestBinding, SigningKey, assertion, generate_pem, signing_key_from_pem

ALICE = Identity("usr_demo_alice", "alice", "alice@example.test", ("customer",), "s1")
ADMIN = Identity("usr_demo_admin", "admin", "admin@example.test", ("admin", "operator"), "s2")
PATHS = {"billing": "/api/billing/summary/", "inventory": "/api/inventory/items/", "identity": "/api/profile/"}


def direct(platform: Platform, part: str, *lines: Line) -> Reply:
    """Send a request to the service's own port, as if from the proxy."""
    settings = platform.settings
    s = Situation(Endpoint("127.0.0.1", settings.ports.of(part)), settings.base_domain, settings.base_domain)
    return exchange(s.endpoint, s.request(*lines, target=PATHS[part]))


def lines_of(headers: Mapping[str, str], **changed: str) -> list[Line]:
    renamed = {f"X-User-{name}": value for name, value in changed.items()}
    return list({**headers, **renamed}.items())


@pytest.fixture
def gateway_key(platform: Platform) -> SigningKey:
    """Return the gateway's key, for assertions with one invalid part."""
    return signing_key_from_pem((platform.settings.state_dir / "secrets" / "assertion-key.pem").read_bytes())


def headers(key: SigningKey, identity: Identity = ALICE, *, says: Identity | None = None, **more: object) -> dict:
    options = {"audience": "billing", "issued_at": int(time.time()), **more}
    return identity_headers.encode(identity, assertion.mint(key, says or identity, **options))


@pytest.mark.row(7)
@pytest.mark.parametrize("part", PATHS)
def test_good_looking_headers_alone_are_nobody(part: str, platform: Platform) -> None:
    reply = direct(platform, part, *lines_of(identity_headers.encode(ADMIN, MARK)))
    assert reply.status == 401
    assert MARK.encode() not in reply.whole


@pytest.mark.row(7)
@pytest.mark.parametrize("credential", ["bearer", "cookie"])
@pytest.mark.parametrize("part", PATHS)
def test_a_token_is_worth_nothing_past_the_edge(
    part: str, credential: str, platform: Platform, situation: Situation
) -> None:
    assert direct(platform, part, getattr(situation, credential)).status == 401


@pytest.mark.row(8)
@pytest.mark.parametrize("make", ["headers", "_signed"])
def test_the_gateways_own_assertion_is_believed(make: str, platform: Platform, gateway_key: SigningKey) -> None:
    """Check the baseline, so that each rejection below has only its own reason."""
    reply = direct(platform, "billing", *lines_of(globals()[make](gateway_key)))
    assert (reply.status, b'"user":"alice"' in reply.body) == (200, True)


REFUSED = {
    "for another service": lambda key: headers(key, audience="inventory"),
    "for a list of services": lambda key: _signed(key, aud=["billing"]),
    "expired": lambda key: headers(key, issued_at=int(time.time()) - 61),
    "from the future": lambda key: headers(key, issued_at=int(time.time()) + 120),
    "with a longer life than a minute": lambda key: _signed(key, exp=int(time.time()) + 3600),
    "of somebody else": lambda key: headers(key, ADMIN, says=ALICE),
    "with one role more": lambda key: headers(key, replace(ALICE, roles=("customer", "admin")), says=ALICE),
    "with another session": lambda key: headers(key, replace(ALICE, session_id="s9"), says=ALICE),
    "with another name": lambda key: headers(key, replace(ALICE, username="admin"), says=ALICE),
    "for another request": lambda key: headers(key, binding=RequestBinding("POST", "/api/billing/summary/")),
    "for another path": lambda key: headers(key, binding=RequestBinding("GET", "/api/billing/transactions/")),
    "signed by somebody else": lambda key: headers(signing_key_from_pem(generate_pem())),
    "signed by somebody else under the right key id":
        lambda key: headers(SigningKey(key.kid, "ES256", signing_key_from_pem(generate_pem()).private)),
    "without a signature": lambda key: _cut(headers(key)),
    "taken away": lambda key: {**headers(key), "X-User-Assertion": ""},
    "twice": lambda key: {**headers(key), "x-user-assertion": headers(key)["X-User-Assertion"]},
    "beside a second id": lambda key: {**headers(key), "x-user-id": "usr_demo_admin"},
    "beside an alias of the id": lambda key: {**headers(key), "X.User.Id": "usr_demo_admin"},
}  # fmt: skip


def _signed(key: SigningKey, **claims: object) -> dict[str, str]:
    """Return a well-signed assertion with other claims than :func:`mint` writes."""
    now = int(time.time())
    payload = {**json.loads(assertion.statement(ALICE, "billing")), "iat": now, "exp": now + 60, **claims}
    return identity_headers.encode(ALICE, key.sign({"typ": "edge+jwt"}, payload))


def _cut(values: dict[str, str]) -> dict[str, str]:
    return {**values, "X-User-Assertion": values["X-User-Assertion"].rpartition(".")[0] + "."}


@pytest.mark.row(8)
@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_an_assertion_is_refused(make, platform: Platform, gateway_key: SigningKey) -> None:
    reply = direct(platform, "billing", *make(gateway_key).items())
    assert (reply.status, b"current_balance" in reply.body) == (401, False)


@pytest.mark.row(8)
def test_an_access_token_is_no_assertion(platform: Platform, situation: Situation) -> None:
    values = identity_headers.encode(ALICE, situation.token)
    assert direct(platform, "billing", *values.items()).status == 401


@pytest.mark.row(8)
def test_captured_headers_of_one_service_are_worth_nothing_at_another(
    platform: Platform, echo_edge: EchoEdge, situation: Situation
) -> None:
    echo_edge.seen.clear()
    exchange(echo_edge.endpoint, situation.request(situation.bearer))
    captured = [(name, echo_edge.seen[0].every(name)[0]) for name in identity_headers.IDENTITY_HEADERS]
    assert direct(platform, "billing", *captured).status == 200
    assert direct(platform, "inventory", *captured).status == 401
    assert direct(platform, "identity", *captured).status == 401


@pytest.mark.row(10)
@pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO", "SCRIPT-NAME", "HTTP_X_USER_ID", "wsgi.url_scheme"])
def test_a_header_does_not_change_which_view_answers(name: str, platform: Platform) -> None:
    settings = platform.settings
    s = Situation(Endpoint("127.0.0.1", settings.ports.identity), settings.base_domain, settings.base_domain)
    for value in ("/api", "/.well-known/jwks.json", "/metrics"):
        reply = exchange(s.endpoint, s.request((name, value), target="/api/profile/"))
        assert reply.status in (400, 401)


GATEWAY = "/verify?audience=billing&mode=required"
FORWARDED = {"X-Forwarded-Method": "GET", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "a.test",
             "X-Forwarded-Uri": "/"}  # fmt: skip


@pytest.mark.row(9)
@pytest.mark.parametrize("name", FORWARDED)
@pytest.mark.parametrize("change", ["left out", "twice"])
def test_the_gateway_decides_nothing_about_a_request_that_it_does_not_know(
    name: str, change: str, platform: Platform, situation: Situation
) -> None:
    lines = [*FORWARDED.items(), (name, FORWARDED[name])] if change == "twice" else [
        line for line in FORWARDED.items() if line[0] != name
    ]  # fmt: skip
    gateway = Endpoint("127.0.0.1", platform.settings.ports.gateway)
    reply = exchange(gateway, situation.request(situation.bearer, *lines, target=GATEWAY))
    assert reply.status == 400
    assert not reply.every("X-User-Id")


@pytest.mark.row(9)
@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz", "/.well-known/jwks.json", "/traefik/dynamic"])
def test_the_gateways_internal_side_is_not_on_the_port_that_the_proxy_asks(path: str, platform: Platform) -> None:
    settings = platform.settings
    s = Situation(Endpoint("127.0.0.1", settings.ports.gateway), "a.test", "a.test")
    assert exchange(s.endpoint, s.request(target=path)).status == 400


@pytest.mark.row(12)
@pytest.mark.parametrize("path", ["/api/rawdata", "/api/overview", "/dashboard/", "/api/http/services", "/debug/vars"])
def test_traefiks_internal_entry_point_offers_the_list_of_routers_and_no_more(path: str, platform: Platform) -> None:
    settings = platform.settings
    s = Situation(Endpoint("127.0.0.1", settings.ports.traefik_internal), "a.test", "a.test")
    assert exchange(s.endpoint, s.request(target=path)).status == 404
    assert exchange(s.endpoint, s.request(target="/api/http/routers", method="PUT", body=b"{}")).status in (404, 405)
