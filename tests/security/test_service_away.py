"""A service that doesn't respond: a 503 that scripts can read and users can understand (rows 30, 43, 45)."""

import json

import pytest

from tests.security.attack.situation import MARK, Situation
from tests.security.attack.wire import Reply, exchange
from tests.security.behind import GONE, EchoEdge

ROUTES = {
    "required": f"/api/billing/{GONE}",
    "optional": f"/{GONE}",
    "public, for signing in": f"/api/auth/login/?{GONE}",
    "public, a file": f"/static/{GONE}",
}
every_route = pytest.mark.parametrize("path", ROUTES.values(), ids=ROUTES.keys())


def ask(edge: EchoEdge, s: Situation, path: str, *lines: tuple[str, str], method: str = "GET") -> Reply:
    return exchange(edge.endpoint, s.request(s.bearer, *lines, method=method, target=path))


@pytest.mark.row(30, 43)
@every_route
def test_a_script_reads_when_to_come_again(echo_edge: EchoEdge, situation: Situation, path: str) -> None:
    reply = ask(echo_edge, situation, path, ("Origin", situation.origin), ("Accept", "application/json"))
    problem = json.loads(reply.body)
    assert (reply.status, problem["status"], problem["code"]) == (503, 503, "service_unavailable")
    assert reply.every("Retry-After") == ["5"]
    assert reply.every("Content-Type") == ["application/problem+json"]
    assert reply.every("X-Request-Id") == [problem["request_id"]]
    assert reply.every("Access-Control-Allow-Origin") == [situation.origin]
    assert "Retry-After" in reply.header("Access-Control-Expose-Headers")


@pytest.mark.row(43)
@every_route
def test_a_person_gets_a_page(echo_edge: EchoEdge, situation: Situation, path: str) -> None:
    reply = ask(echo_edge, situation, path, ("Accept", "text/html,application/xhtml+xml"))
    assert (reply.status, reply.every("Retry-After")) == (503, ["5"])
    assert reply.header("Content-Type").startswith("text/html")
    assert b"Service unavailable" in reply.body
    assert reply.header("Content-Security-Policy").startswith("default-src 'none'")


@pytest.mark.row(43)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_every_method_is_answered_so(echo_edge: EchoEdge, situation: Situation, method: str) -> None:
    assert ask(echo_edge, situation, ROUTES["required"], method=method).status == 503


@pytest.mark.row(45)
@every_route
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_nothing_of_the_request_is_echoed(echo_edge: EchoEdge, situation: Situation, path: str, accept: str) -> None:
    lines = (("Accept", accept), ("X-Request-Id", f"<{MARK}>"), ("Referer", f"http://{MARK}.test/"))
    reply = ask(echo_edge, situation, f"{path}{'&' if '?' in path else '?'}{MARK}", *lines)
    assert reply.status == 503
    assert MARK.encode() not in reply.whole
    assert situation.token.encode() not in reply.whole


@pytest.mark.row(18, 45)
@every_route
@pytest.mark.parametrize("name", ["Accept", "X-Long"])
def test_a_long_header_is_not_echoed_either(echo_edge: EchoEdge, situation: Situation, path: str, name: str) -> None:
    """The gateway itself returns 431 for this header."""
    reply = ask(echo_edge, situation, path, (name, f"{MARK}/{'x' * 9_000}"))
    assert reply.status in (431, 503)
    assert reply.header("Content-Type") == "application/problem+json"
    assert MARK.encode() not in reply.whole


@pytest.mark.row(45, 46)
def test_traefiks_own_log_has_no_query(echo_edge: EchoEdge, situation: Situation) -> None:
    for path in ROUTES.values():
        for accept in ("text/html", "*/*"):
            target = f"{path}{'&' if '?' in path else '?'}token={MARK}"
            assert ask(echo_edge, situation, target, ("Accept", accept)).status == 503
    with echo_edge.without("BILLING"):
        assert ask(echo_edge, situation, f"/api/billing/?token={MARK}").status == 503
    for raw in (f"GET /?token={MARK} HTTP/9\r\n\r\n", f"GET / HTTP/1.1\r\nAuthorization Bearer {MARK}\r\n\r\n"):
        exchange(echo_edge.endpoint, raw.encode())
    log = echo_edge.log_until("/api/billing/")
    assert GONE in log
    assert MARK not in log


@pytest.mark.row(45)
def test_cookies_that_no_script_can_read_are_not_echoed(echo_edge: EchoEdge, nobody: Situation) -> None:
    """aiohttp quotes a header of more than 8 KB, and ``jwt_refresh`` is the first cookie in this one."""
    jar = ("Cookie", f"jwt_refresh={MARK}; a={'x' * 9_000}")
    reply = exchange(echo_edge.endpoint, nobody.request(jar, target=ROUTES["public, for signing in"]))
    assert reply.status == 503
    assert reply.header("Content-Type") == "application/problem+json"
    assert MARK.encode() not in reply.whole
