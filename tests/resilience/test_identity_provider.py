"""The identity provider: stopped, with rotated keys, and under password guessing."""

import json
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from runner import Platform
from runner.processes import ProcessPlan
from tests.resilience.conftest import Damaged, eventually
from tests.resilience.load import Load
from tests.security.attack.wire import Reply, exchange


@pytest.fixture(autouse=True)
def forgotten_failures(damaged: Damaged) -> Iterator[None]:
    """Delete the counts of failures, so that this test doesn't affect others."""
    yield
    damaged.forget_failures()


@pytest.fixture(scope="module", autouse=True)
def half_a_request(damaged_platform: Platform) -> Iterator[socket.socket]:
    """Send half a request before the tests of this file, which don't affect the gateway."""
    gateway = ("127.0.0.1", damaged_platform.settings.ports.gateway)
    with socket.create_connection(gateway, timeout=25) as slow:
        slow.sendall(b"GET /verify HTTP/1.1\r\nHost: a\r\nX-A: ")
        yield slow


@pytest.mark.row(43)
def test_without_an_identity_provider_people_go_on_and_signing_in_fails_cleanly(damaged: Damaged) -> None:
    (alice, jar), (_, another) = damaged.sign_in(), damaged.sign_in("bob")
    with Load(alice) as load:
        os.kill(damaged.platform.pid("identity-provider"), signal.SIGKILL)
        # A worker that outlives its killed parent for a moment may still use up a refresh token.
        assert eventually(lambda: says_when_to_come_again(damaged.post("/api/auth/refresh/", jar=another)), 3)
        reply = damaged.log_in("alice", "alice123")
        assert reply.status == 200 or says_when_to_come_again(reply)
        assert eventually(lambda: damaged.log_in("alice", "alice123").status == 200, 30)
        assert damaged.post("/api/auth/refresh/", jar=jar).status == 200
    assert set(load.statuses()) == {200}


def says_when_to_come_again(reply: Reply) -> bool:
    return reply.status == 503 and int(reply.header("Retry-After") or 0) > 0


@pytest.mark.row(43)
def test_without_its_database_signing_in_says_when_to_come_again(damaged: Damaged) -> None:
    alice, _ = damaged.sign_in()
    file = damaged.platform.settings.state_dir / "databases" / "identity-provider.sqlite3"
    database = sqlite3.connect(file, isolation_level=None, timeout=20)
    database.execute("BEGIN IMMEDIATE")
    try:
        with Load(alice, threads=1) as load:
            reply = exchange_slowly(damaged)
    finally:
        database.execute("ROLLBACK")
        database.close()
    assert says_when_to_come_again(reply)
    assert set(load.statuses()) == {200}


def exchange_slowly(damaged: Damaged) -> Reply:
    """SQLite waits ten seconds for its lock."""
    s, body = damaged.nobody, b'{"username": "alice", "password": "alice123"}'
    request = s.request(("Content-Type", "application/json"), method="POST", target="/api/auth/login/", body=body)
    return exchange(s.endpoint, request, seconds=29)


@pytest.mark.row(44)
def test_no_request_is_refused_while_keys_are_rotated(damaged: Damaged) -> None:
    alice, _ = damaged.sign_in()
    kids = len(_kids(damaged))
    with Load(alice) as old:
        _manage(damaged, "rotate_signing_key")
        assert eventually(lambda: len(_kids(damaged)) == kids + 1, 10)
        signed_by = {_signed_by(alice.token)}
        new_statuses, deadline = [], time.monotonic() + 20
        while len(signed_by) < 2 and time.monotonic() < deadline:
            person, _ = damaged.sign_in("bob")
            signed_by.add(_signed_by(person.token))
            new_statuses += [damaged.ask(person) for _ in range(4)]
            time.sleep(0.3)
    assert len(signed_by) == 2
    assert set(new_statuses) == {200}
    assert set(old.statuses()) == {200}


def _kids(damaged: Damaged) -> list[str]:
    return [
        key["kid"] for key in json.loads(damaged.inside(damaged.ports.identity, "/.well-known/jwks.json").body)["keys"]
    ]


def _signed_by(token: str) -> str:
    import jwt

    return str(jwt.get_unverified_header(token)["kid"])


def _manage(damaged: Damaged, *arguments: str) -> None:
    settings = damaged.platform.settings
    plan = ProcessPlan(settings, settings.credentials(), settings.certificates())
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=plan.part_folder("identity-provider"), env=plan.database_environment("identity-provider"),
        check=True, capture_output=True,
    )  # fmt: skip


def _log_in_from(damaged: Damaged, address: str, name: str, password: str, *, cookie: str = "") -> Reply:
    """Sign in from another loopback address: Traefik sees each of the 16 million as a different client."""
    s = damaged.nobody
    body = json.dumps({"username": name, "password": password}).encode()
    lines = (("Content-Type", "application/json"), *((("Cookie", cookie),) if cookie else ()))
    request = s.request(*lines, method="POST", target="/api/auth/login/", body=body)
    return exchange(replace(s.endpoint, source=address), request)


def _known_browser(reply: Reply) -> str:
    """Return the cookie that a browser keeps after sign-out."""
    [cookie] = [value for value in reply.every("Set-Cookie") if value.startswith("vf_known=")]
    return cookie.partition(";")[0]


@pytest.mark.row(37)
def test_guessing_is_limited_and_locks_nobody_else_out(damaged: Damaged) -> None:
    signed_in = _log_in_from(damaged, "127.7.0.1", "bob", "bob123")
    assert signed_in.status == 200
    guesses = [_log_in_from(damaged, "127.9.0.1", f"made-up-{number}", "x").status for number in range(300)]
    assert set(guesses) == {401, 429}
    assert guesses.count(401) <= 40
    assert _log_in_from(damaged, "127.9.0.1", "alice", "alice123").status == 429
    assert _log_in_from(damaged, "127.0.0.1", "alice", "alice123").status == 200
    spread = [_log_in_from(damaged, f"127.8.{number}.1", "bob", "wrong").status for number in range(130)]
    assert set(spread) == {401, 429}
    assert spread[-1] == 429
    for address in ("127.7.0.1", "127.9.0.1", "127.8.130.1"):
        assert _log_in_from(damaged, address, "bob", "bob123", cookie=_known_browser(signed_in)).status == 200


@pytest.mark.row(50)
def test_after_a_flood_from_one_network_a_known_and_an_unknown_name_are_answered_alike(damaged: Damaged) -> None:
    here = "127.10.0.1"
    owner = _log_in_from(damaged, here, "admin", "admin123")
    assert owner.status == 200  # the name is now known on the attacker's network
    flood = [_log_in_from(damaged, here, f"flood-{number}", "x").status for number in range(45)]
    assert flood[-1] == 429
    replies: dict[str, list[Reply]] = {}
    for _ in range(9):
        for name in ("admin", "admin@example.test", "usr_demo_admin", "unknown", "unknown@example.test"):
            replies.setdefault(name, []).append(_log_in_from(damaged, here, name, "wrong"))
    seen = {(reply.status, _words(reply)) for each in replies.values() for reply in each}
    assert len(seen) == 1, seen
    assert {status for status, _ in seen} == {429}
    waits = [int(reply.header("Retry-After")) for each in replies.values() for reply in each]
    assert 0 < min(waits) <= max(waits) <= 60
    medians = {name: statistics.median(reply.seconds for reply in each) for name, each in replies.items()}
    assert max(medians.values()) < 3 * min(medians.values()), medians
    assert _log_in_from(damaged, here, "admin", "admin123").status == 429
    assert _log_in_from(damaged, here, "admin", "admin123", cookie=_known_browser(owner)).status == 200
    assert _log_in_from(damaged, here, "unknown", "admin123", cookie=_known_browser(owner)).status == 429


def _words(reply: Reply) -> str:
    words = {name: value for name, value in json.loads(reply.body).items() if name != "request_id"}
    changing = {"retry-after", "x-request-id", "date", "content-length"}
    return str((words, sorted((name, value) for name, value in reply.headers if name.lower() not in changing)))


@pytest.mark.row(37)
def test_a_client_cannot_choose_the_address_that_is_counted(damaged: Damaged) -> None:
    s, statuses = damaged.nobody, []
    for number in range(14):
        body = json.dumps({"username": "nobody-known", "password": "x"}).encode()
        lines = (
            ("Content-Type", "application/json"),
            ("X-Forwarded-For", f"203.0.113.{number}"),
            ("X-Real-Ip", f"203.0.113.{number}"),
        )
        request = s.request(*lines, method="POST", target="/api/auth/login/", body=body)
        statuses.append(exchange(s.endpoint, request).status)
    assert statuses[-1] == 429


@pytest.mark.row(42)
def test_an_unfinished_request_is_ended_by_the_gateway(half_a_request: socket.socket) -> None:
    assert b"200 OK" not in half_a_request.recv(1_000)
    assert half_a_request.recv(1_000) == b""
