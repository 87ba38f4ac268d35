"""The access log contains the verified user, and the request ID that the client saw."""

import json
import secrets
import time

import pytest

from runner import Platform
from tests.security.attack.situation import Situation
from tests.security.attack.wire import exchange
from tests.security.behind import GONE, EchoEdge

PATHS = ["/static/css/theme.css", "/api/profile/", "/api/auth/login/", "/"]
FORGERIES = {"in the address": "http://{name}@{host}{path}", "in a header": "{path}"}


def logged(platform: Platform, agent: str) -> list[dict[str, object]]:
    """Return the log lines of this user agent's requests, once there are any."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        lines = [line for line in platform.log("traefik", 2_000).splitlines() if agent in line]
        if lines:
            return [json.loads(line) for line in lines]
        time.sleep(0.05)
    raise AssertionError("the request was not logged")


@pytest.mark.row(1, 45)
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("target", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_stranger_cannot_write_a_name_into_it(platform: Platform, nobody: Situation, path: str, target: str) -> None:
    name, agent = f"usr_{secrets.token_hex(6)}", f"agent-{secrets.token_hex(6)}"
    target = target.format(name=name, host=nobody.authority, path=path)
    assert exchange(nobody.endpoint, nobody.request(("X-User-Id", name), ("User-Agent", agent), target=target)).status
    assert name not in json.dumps(logged(platform, agent))


@pytest.mark.row(1, 45)
@pytest.mark.parametrize("target", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_user_is_named_whatever_else_they_write(platform: Platform, situation: Situation, target: str) -> None:
    agent = f"agent-{secrets.token_hex(6)}"
    target = target.format(name="usr_demo_admin", host=situation.authority, path=situation.protected)
    lines = [situation.bearer, ("X-User-Id", "usr_demo_admin"), ("User-Agent", agent)]
    assert exchange(situation.endpoint, situation.request(*lines, target=target)).status == 200
    (line,) = logged(platform, agent)
    assert line["request_X-User-Id"] == "usr_demo_alice"
    assert "usr_demo_admin" not in json.dumps(line)


PAGE = (("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"))
SHOWN = {
    "denied, no credential": (401, "/api/billing/summary/", (), ""),
    "denied, a malformed token": (401, "/api/billing/summary/", (("Authorization", "Bearer a.b.c"),), ""),
    "denied, ambiguous": (
        400,
        "/api/billing/summary/",
        (("Authorization", "Bearer a"), ("Authorization", "Bearer b")),
        "",
    ),
    "denied, too large": (431, "/api/billing/summary/", (("Cookie", f"jwt={'a' * 70_000}"),), ""),
    "redirected to sign in": (302, "/dashboard/", PAGE, "traefik."),
    "a page": (200, "/", (), ""),
    "a page that does not exist": (404, "/nothing-of-this-name", (), ""),
    "a file that does not exist": (404, "/static/nothing.css", (), ""),
    "public": (405, "/api/auth/login/", (), ""),
}
"""Requests of an anonymous client that get a request ID: status, path, additional lines, subdomain."""

NOT_SHOWN = {
    "a file": (200, "GET", "/static/css/theme.css", (), ""),
    "a preflight": (200, "OPTIONS", "/api/billing/summary/", (("Access-Control-Request-Method", "GET"),), ""),
    "no router": (404, "GET", "/", (), "unknown."),
    "a refused path": (400, "GET", "/api%2fprofile/", (), ""),
}
"""Requests that get none: Traefik's own responses and static files."""


def ask_as(s: Situation, agent: str, *lines: tuple[str, str], path: str, subdomain: str = "", method: str = "GET"):
    """Send a request with a forged request ID: ``forged-`` and the user agent."""
    claimed = ("X-Request-Id", f"forged-{agent}")
    host = subdomain + s.authority
    return exchange(
        s.endpoint, s.request(("User-Agent", agent), claimed, *lines, method=method, target=path, host=host)
    )


def ids(line: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in line.items() if name.lower().endswith("x-request-id")}


@pytest.mark.row(45)
@pytest.mark.parametrize(("status", "path", "lines", "subdomain"), SHOWN.values(), ids=SHOWN.keys())
def test_a_line_has_the_request_id_that_the_client_was_shown(
    platform: Platform, nobody: Situation, status: int, path: str, lines: tuple[tuple[str, str], ...], subdomain: str
) -> None:
    agent = f"agent-{secrets.token_hex(6)}"
    reply = ask_as(nobody, agent, *lines, path=path, subdomain=subdomain)
    assert reply.status == status
    [shown] = reply.every("X-Request-Id")
    [line] = logged(platform, agent)
    assert ids(line)["downstream_X-Request-Id"] == shown
    assert set(ids(line).values()) == {shown}


@pytest.mark.row(45)
@pytest.mark.parametrize(("status", "path", "subdomain"), [(200, "", ""), (403, "/dashboard/", "traefik.")])
def test_so_has_the_line_of_a_user(
    platform: Platform, situation: Situation, status: int, path: str, subdomain: str
) -> None:
    agent = f"agent-{secrets.token_hex(6)}"
    reply = ask_as(situation, agent, situation.bearer, path=path or situation.protected, subdomain=subdomain)
    assert reply.status == status
    [line] = logged(platform, agent)
    assert set(ids(line).values()) == {*reply.every("X-Request-Id")}
    assert len(reply.every("X-Request-Id")) == 1


@pytest.mark.row(45)
@pytest.mark.parametrize(("status", "method", "path", "lines", "subdomain"), NOT_SHOWN.values(), ids=NOT_SHOWN.keys())
def test_without_one_a_clients_own_does_not_stand_in_its_place(
    platform: Platform,
    nobody: Situation,
    status: int,
    method: str,
    path: str,
    lines: tuple[tuple[str, str], ...],
    subdomain: str,
) -> None:
    agent = f"agent-{secrets.token_hex(6)}"
    lines = (("Origin", nobody.origin), *lines)
    reply = ask_as(nobody, agent, *lines, path=path, subdomain=subdomain, method=method)
    assert (reply.status, reply.every("X-Request-Id")) == (status, [])
    [line] = logged(platform, agent)
    assert {"downstream_X-Request-Id", "origin_X-Request-Id"}.isdisjoint(line)
    if "RouterName" in line and status != 400:
        assert ids(line) == {}


@pytest.mark.row(43, 45)
@pytest.mark.parametrize("path", [f"/api/billing/{GONE}", f"/api/auth/login/?{GONE}", f"/static/{GONE}"])
def test_a_service_that_is_away_leaves_a_line_with_the_id_of_the_503(
    echo_edge: EchoEdge, situation: Situation, path: str
) -> None:
    agent = f"agent-{secrets.token_hex(6)}"
    lines = (situation.bearer, ("User-Agent", agent), ("X-Request-Id", f"forged-{agent}"))
    reply = exchange(echo_edge.endpoint, situation.request(*lines, target=path))
    assert reply.status == 503
    [shown] = reply.every("X-Request-Id")
    [line] = [line for line in echo_edge.log_until(agent).splitlines() if agent in line]
    assert json.loads(line)["downstream_X-Request-Id"] == shown
    assert f"forged-{agent}" not in line


@pytest.mark.row(45)
def test_traefiks_questions_to_itself_are_not_logged(platform: Platform, nobody: Situation) -> None:
    agent = f"agent-{secrets.token_hex(6)}"
    assert ask_as(nobody, agent, path="/static/css/theme.css").status == 200
    logged(platform, agent)
    assert '"RequestPath":"/ping"' not in platform.log("traefik", 2_000)
