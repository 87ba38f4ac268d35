"""No client text chooses a codec, as seen in the processes and the logs (rows 46 and 52)."""

import bz2
import contextlib
import os
import secrets
import time
from pathlib import Path

import pytest

from runner import Platform
from tests.security.attack.situation import MARK, Situation
from tests.security.attack.tables import bodies, parameters
from tests.security.attack.wire import Endpoint, exchange

PARTS = ("identity", "billing", "inventory", "website")


SECRET = f"q-{secrets.token_hex(8)}"[: len(MARK)]
"""Replaces the mark, which other rows put where a log may show it. It has the same length."""

MALFORMED = (
    f"GET /?token={SECRET} HTTP/9\r\n\r\n",
    f"GET /?a=b token={SECRET} HTTP/1.1\r\n\r\n",
    f"GET / HTTP/1.1\r\nAuthorization Bearer {SECRET}\r\n\r\n",
    f"G\0T /?token={SECRET} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    f"GET /{'x' * 200_000}?token={SECRET} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    f"GET /verify?token={SECRET} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Uri: /?token={SECRET}\0\r\n\r\n",
    f"POST /healthz?token={SECRET} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n{{",
)
"""Requests sent directly to a server, because Traefik would reject them."""


def largest_kilobytes() -> dict[int, int]:
    """Return the peak memory of each process below this one, by process ID."""
    parents, sizes = {}, {}
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, KeyError):
            lines = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            pid = int(lines["Pid"])
            parents[pid], sizes[pid] = int(lines["PPid"]), int(lines["VmHWM"].split()[0])

    def is_ours(pid: int) -> bool:
        return pid == os.getpid() or (pid in parents and is_ours(parents[pid]))

    return {pid: size for pid, size in sizes.items() if pid != os.getpid() and is_ours(pid)}


@pytest.mark.row(46)
def test_thirty_streams_of_10_mb_of_spaces_take_no_memory(nobody: Situation) -> None:
    bomb = bz2.compress(b" " * 10_000_000) * 30
    before = largest_kilobytes()
    assert len(before) >= len(PARTS)
    for kind in (bodies.JSON, bodies.FORM, bodies.MULTIPART):
        line = ("Content-Type", f"{kind}; charset=bz2")
        for path in bodies.SIGN_IN:
            assert exchange(nobody.endpoint, nobody.request(line, method="POST", target=path, body=bomb)).status == 415
    after = largest_kilobytes()
    assert {pid: after[pid] - size for pid, size in before.items() if after.get(pid, size) - size > 40_000} == {}


@pytest.mark.row(46, 52)
def test_no_log_holds_a_query(platform: Platform, nobody: Situation) -> None:
    for case in (*bodies.CASES, *parameters.CASES):
        if not case.signed_in:
            built = case.build(nobody)
            parts = (built,) if isinstance(built, bytes) else built
            exchange(nobody.endpoint, *(part.replace(MARK.encode(), SECRET.encode()) for part in parts))
    ports = platform.settings.ports
    for part in PARTS:  # bypassing Traefik, which would reject the request
        inside = Endpoint("127.0.0.1", ports.of(part))
        for target in (f"/?token={SECRET}", f"/%00?token={SECRET}", f"/api/?token={SECRET}%ff", f"*?{SECRET}"):
            for line in (("Content-Type", "a/b; charset=hex"), ("Content-Type", f"a/b; c*=undefined''{SECRET}")):
                exchange(inside, nobody.request(line, target=target, host="localhost"))
    for port in (*(ports.of(part) for part in PARTS), ports.gateway, ports.gateway_internal):
        for raw in MALFORMED:
            exchange(Endpoint("127.0.0.1", port), raw.encode())
    time.sleep(0.5)  # until the last lines are written
    logs = list(platform.settings.log_dir.glob("*.log"))
    assert len(logs) >= 8
    held = {
        path.name: [line for line in path.read_text(errors="replace").splitlines() if SECRET in line] for path in logs
    }
    assert {name: lines[:3] for name, lines in held.items() if lines} == {}


UNREADABLE = {
    "NUL in the path": ("GET", "/%00", ()),
    "an extended charset": ("GET", "/", (("Content-Type", "a/b; c*=undefined''x"),)),
    "what Python's reader fails at": ("GET", "/", (("Content-Type", "a/b; a*=;a*0="),)),
    "another charset": ("POST", "/", (("Content-Type", "application/json; charset=hex"),)),
    "a host that is not allowed": ("GET", "/", (("X-Host", "evil.test"),)),
}


@pytest.mark.row(46)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("method", "target", "lines"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_each_part_answers_itself_what_it_cannot_read(
    platform: Platform, nobody: Situation, part: str, method: str, target: str, lines: tuple[tuple[str, str], ...]
) -> None:
    inside = Endpoint("127.0.0.1", platform.settings.ports.of(part))
    host = dict(lines).get("X-Host", "localhost")
    body = b"{}" if method == "POST" else None
    reply = exchange(inside, nobody.request(*lines, method=method, target=target, host=host, body=body))
    assert reply.status in (400, 415)
    assert reply.header("X-Request-Id")
    assert reply.header("X-Content-Type-Options") == "nosniff"
    assert reply.header("Referrer-Policy") == "same-origin"
    assert reply.header("Content-Type").startswith("text/html" if part == "website" else "application/problem+json")
    assert reply.header("Content-Security-Policy").startswith("default-src 'self'") is (part == "website")


@pytest.mark.row(46)
def test_an_expected_refusal_is_no_traceback(platform: Platform, nobody: Situation) -> None:
    for size in (70_000, 1_000_000):
        body = b'"' + b"x" * size + b'"'
        request = nobody.request(("Content-Type", bodies.JSON), method="POST", target="/api/auth/login/", body=body)
        assert exchange(nobody.endpoint, request).status == 413
    time.sleep(0.5)
    tracebacks = {part: platform.log(part, 5_000).count("Traceback") for part in PARTS}
    assert tracebacks == dict.fromkeys(PARTS, 0)


@pytest.mark.row(52)
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_machines_ask_is_answered_by_any_address_and_never_at_the_edge(
    platform: Platform, nobody: Situation, path: str
) -> None:
    ports = platform.settings.ports
    for host in ("10.244.3.17:8000", "[fd00::1]:8000", "a_b..c"):
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        for port in (
            ports.identity,
            ports.services["billing"],
            ports.services["inventory"],
            ports.website,
            ports.gateway_internal,
        ):
            assert exchange(Endpoint("127.0.0.1", port), request).status == 200, (port, host)
        assert exchange(nobody.endpoint, request).status in (400, 404)
        assert exchange(Endpoint("127.0.0.1", ports.website), request.replace(path.encode(), b"/")).status == 400
    for target in (path, f"/{path}", path.upper(), f"{path}/", f"/static/..{path}", f"/api/..{path}"):
        reply = exchange(nobody.endpoint, nobody.request(target=target))
        assert reply.status in (400, 401, 404), target
        assert b"vf_http" not in reply.whole
        assert b'"status": "ok"' not in reply.whole
