"""Forged headers on required, optional and public routes: the service gets the gateway's values, or none."""

from urllib.parse import unquote, urlsplit

import pytest

from tests.security.attack.situation import MARK, Line, Situation
from tests.security.attack.tables import framing
from tests.security.attack.tables.forged_identity import CONNECTION_LISTS, FORGERIES, NAMES
from tests.security.attack.tables.paths import DISGUISES, INTERNAL, traversals
from tests.security.attack.wire import Reply, exchange
from tests.security.behind import EchoEdge, Seen

ROUTES = {
    "required": "/api/billing/summary/",
    "required, another service": "/api/inventory/items/",
    "optional": "/dashboard/",
    "public, for signing in": "/api/auth/login/",
    "public, a file": "/static/x.css",
    "public, a document": "/api/docs/",
}
ANONYMOUS_ROUTES = {name: path for name, path in ROUTES.items() if not name.startswith("required")}
WITH_IDENTITY = {name: path for name, path in ROUTES.items() if not name.startswith("public")}
ALL_FORGERIES = [*FORGERIES, *((4, f"Connection: {words}", lines) for words, lines in CONNECTION_LISTS)]
IDENTITY_NAMES = {f"x-user-{name.lower()}" for name in NAMES}


@pytest.fixture(autouse=True)
def _nothing_seen_yet(echo_edge: EchoEdge) -> None:
    echo_edge.seen.clear()


def ask(edge: EchoEdge, s: Situation, path: str, *lines: Line, **options: str) -> Reply:
    return exchange(edge.endpoint, s.request(*lines, target=path, **options))


def only(edge: EchoEdge) -> Seen:
    assert len(edge.seen) == 1
    return edge.seen[0]


def assert_nothing_forged(seen: Seen) -> None:
    assert MARK.encode() not in seen.head
    foreign = {name.lower() for name in seen.names() if name.lower().startswith("x") and "user" in name.lower()}
    assert foreign <= IDENTITY_NAMES


@pytest.mark.row(1, 2, 3, 4, 9, 10)
@pytest.mark.parametrize("path", ANONYMOUS_ROUTES.values(), ids=ANONYMOUS_ROUTES.keys())
@pytest.mark.parametrize("forgery", ALL_FORGERIES, ids=lambda forgery: f"{forgery[0]} {forgery[1]}")
def test_nobody_stays_nobody(forgery: tuple, path: str, echo_edge: EchoEdge, nobody: Situation) -> None:
    reply = ask(echo_edge, nobody, path, *forgery[2])
    assert reply.status in (200, 400)
    if reply.status == 200:
        seen = only(echo_edge)
        assert_nothing_forged(seen)
        assert {value for name in IDENTITY_NAMES for value in seen.every(name)} <= {""}


@pytest.mark.row(1, 2, 3, 4, 9, 10)
@pytest.mark.parametrize("path", WITH_IDENTITY.values(), ids=WITH_IDENTITY.keys())
@pytest.mark.parametrize("forgery", ALL_FORGERIES, ids=lambda forgery: f"{forgery[0]} {forgery[1]}")
def test_a_person_stays_the_person(forgery: tuple, path: str, echo_edge: EchoEdge, situation: Situation) -> None:
    reply = ask(echo_edge, situation, path, situation.bearer, *forgery[2])
    assert reply.status in (200, 400)
    if reply.status == 200:
        seen = only(echo_edge)
        assert_nothing_forged(seen)
        assert seen.every("X-User-Id") == ["usr_demo_alice"]
        assert seen.every("X-User-Roles") == ["customer"]
        assert len(seen.every("X-User-Assertion")) == 1
        assert len(seen.every("X-Request-Id")) == 1


@pytest.mark.row(4)
@pytest.mark.parametrize(("words", "lines"), CONNECTION_LISTS, ids=[words for words, _ in CONNECTION_LISTS])
def test_a_connection_list_takes_nothing_of_the_gateways_away(
    words: str, lines: tuple[Line, ...], echo_edge: EchoEdge, situation: Situation
) -> None:
    assert ask(echo_edge, situation, ROUTES["required"], situation.bearer, *lines).status == 200
    seen = only(echo_edge)
    assert all(len(seen.every(name)) == 1 and seen.every(name)[0] for name in IDENTITY_NAMES)
    assert seen.every("X-Forwarded-Host") == [situation.authority]


@pytest.mark.row(9)
@pytest.mark.parametrize("path", ROUTES.values(), ids=ROUTES.keys())
def test_what_the_proxy_says_of_the_request_is_the_truth(path: str, echo_edge: EchoEdge, situation: Situation) -> None:
    lies = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.test"),
            ("X-Real-Ip", "203.0.113.9"), ("X-Forwarded-Port", "1"), ("X-Forwarded-Server", "evil.test")]  # fmt: skip
    assert ask(echo_edge, situation, path, situation.bearer, *lies).status == 200
    seen = only(echo_edge)
    assert seen.every("X-Forwarded-For") == ["127.0.0.1"]
    assert seen.every("X-Forwarded-Proto") == ["http"]
    assert seen.every("X-Forwarded-Host") == [situation.authority]
    assert b"203.0.113.9" not in seen.head
    assert b"evil.test" not in seen.head


@pytest.mark.row(1)
@pytest.mark.parametrize("path", ["/api/billing/summary/", "/api/inventory/items/"])
def test_billing_and_inventory_see_no_credential(path: str, echo_edge: EchoEdge, situation: Situation) -> None:
    assert ask(echo_edge, situation, path, situation.bearer, ("Cookie", f"jwt={situation.token}; a=b")).status == 200
    assert situation.token.encode() not in only(echo_edge).head
    assert not {"authorization", "cookie"} & {name.lower() for name in only(echo_edge).names()}


@pytest.mark.row(9)
@pytest.mark.parametrize("path", ROUTES.values(), ids=ROUTES.keys())
@pytest.mark.parametrize("value", [MARK, f"{MARK}\twith=more"])
def test_a_clients_request_id_does_not_become_the_platforms(
    value: str, path: str, echo_edge: EchoEdge, situation: Situation
) -> None:
    ask(echo_edge, situation, path, situation.bearer, ("X-Request-Id", value))
    assert MARK.encode() not in only(echo_edge).head


@pytest.mark.row(6)
@pytest.mark.parametrize("case", framing.CASES, ids=lambda case: case.words)
def test_no_smuggled_request_reaches_a_service(case, echo_edge: EchoEdge, nobody: Situation) -> None:
    built = case.build(nobody)
    parts = (built,) if isinstance(built, bytes) else built
    exchange(echo_edge.endpoint, *parts, linger=0.1 if case.linger else 0, seconds=3)
    assert [seen for seen in echo_edge.seen if seen.part == "BILLING" or MARK.encode() in seen.head] == []


PUBLIC_EXACT = {
    f"{form}auth/{name}/" for form in ("/api/", "/api/v1/") for name in ("login", "logout", "refresh", "continue")
}
PUBLIC_BELOW = ("/.well-known/", "/api/docs/", "/api/schema/", "/api/v1/docs/", "/api/v1/schema/")


def reached_without_a_right(seen: Seen) -> bool:
    """Read the path as Django does: decoded once, dot segments unchanged."""
    path = unquote(urlsplit(seen.target).path)
    if seen.part == "WEBSITE":
        return path.lstrip("/").lower().startswith(("metrics", "healthz", "readyz"))
    public = path in PUBLIC_EXACT or (path.startswith(PUBLIC_BELOW) and ".." not in path.replace("\\", "/").split("/"))
    return seen.part != "IDENTITY" or not public


@pytest.mark.row(11)
@pytest.mark.parametrize("path", [*DISGUISES, *INTERNAL, *traversals()])
def test_nobody_reaches_a_protected_view_by_another_spelling(path: str, echo_edge: EchoEdge, nobody: Situation) -> None:
    ask(echo_edge, nobody, path)
    assert [seen for seen in echo_edge.seen if reached_without_a_right(seen)] == []


@pytest.mark.row(5)
@pytest.mark.parametrize("named", ["Authorization", "Cookie", "authorization, cookie, x-user-id"])
@pytest.mark.parametrize("form", ["bearer", "cookie"])
def test_a_dropped_credential_is_no_identity(named: str, form: str, echo_edge: EchoEdge, situation: Situation) -> None:
    credential = situation.bearer if form == "bearer" else situation.cookie
    reply = ask(echo_edge, situation, ROUTES["optional"], credential, ("Connection", named))
    assert reply.status == 200
    assert set(only(echo_edge).every("X-User-Id")) <= {"", "usr_demo_alice"}


@pytest.mark.row(12)
@pytest.mark.parametrize("target", ["http://{host}/api/billing/summary/", "HTTP://{host}/api/billing/summary/"])
def test_the_rule_of_an_absolute_target_is_that_of_its_path(
    target: str, echo_edge: EchoEdge, situation: Situation
) -> None:
    reply = ask(echo_edge, situation, target.format(host=situation.authority), situation.bearer, host="evil.test")
    assert reply.status in (200, 400, 404)
    assert all(b"evil.test" not in seen.head for seen in echo_edge.seen)
