"""Killed workers, a stopped gateway, floods, slow and idle clients."""

import os
import re
import resource
import signal
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.resilience.conftest import Damaged, eventually
from tests.resilience.load import Load
from tests.security.attack import forge
from tests.security.attack.situation import MARK
from tests.security.attack.wire import Endpoint, connect, exchange, is_complete


def workers(damaged: Damaged) -> list[int]:
    found = subprocess.run(
        ["pgrep", "-P", str(damaged.platform.pid("gateway-auth"))], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in found.stdout.split()]


def memory_mib(pid: int) -> float:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


@pytest.mark.row(41)
def test_when_a_worker_is_killed_the_others_serve(damaged: Damaged) -> None:
    alice, _ = damaged.sign_in()
    assert len(workers(damaged)) >= 2
    with Load(alice) as good, Load(damaged.nobody) as bad:
        killed = workers(damaged)[0]
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: killed not in workers(damaged) and len(workers(damaged)) >= 2, 15)
        time.sleep(0.5)
    assert set(bad.statuses()) <= {401, 500, 502}
    assert set(good.statuses()) <= {200, 500, 502}
    assert good.statuses().count(200) > 0.9 * len(good.statuses())


@pytest.mark.row(41)
def test_a_worker_that_hangs_lets_nobody_in_and_is_replaced(damaged: Damaged) -> None:
    """The worker still gets its share of the connections. Their requests wait, and are rejected in the end."""
    alice, _ = damaged.sign_in()
    before = workers(damaged)
    with Load(alice, threads=6) as good, Load(damaged.nobody, threads=6) as bad:
        hung = before[0]
        os.kill(hung, signal.SIGSTOP)
        assert eventually(lambda: hung not in workers(damaged) and len(workers(damaged)) >= len(before), 30)
        replaced = time.monotonic()
        assert eventually(lambda: min(len(load.statuses(since=replaced)) for load in (good, bad)) >= 200, 20)
    assert set(bad.statuses()) <= {0, 401, 500, 502}
    assert set(good.statuses()) <= {0, 200, 500, 502}
    assert {0, 500, 502} & {*good.statuses(), *bad.statuses()}, "nobody met the worker that hung"
    assert set(good.statuses(since=replaced)) == {200}
    assert set(bad.statuses(since=replaced)) == {401}


@pytest.mark.row(41)
def test_without_any_gateway_everything_is_closed(damaged: Damaged) -> None:
    alice, _ = damaged.sign_in()
    paths = ("/api/billing/summary/", "/api/profile/", "/api/inventory/items/", "/dashboard/", "/")
    with Load(damaged.nobody, pause=0) as load:
        for pid in (damaged.platform.pid("gateway-auth"), *workers(damaged)):
            os.kill(pid, signal.SIGKILL)
        seen = {path: damaged.ask(alice, path) for path in paths}
        public = exchange(alice.endpoint, alice.request(target="/static/css/layout.css")).status
        assert eventually(lambda: damaged.ask(alice) == 200, 30)
    assert seen == dict.fromkeys(paths, 500)
    assert public == 200
    assert set(load.statuses()) <= {401, 500, 502, 503}


FLOOD = 10_000
"""A tenth of an attacker's flood. The caches are much smaller, so more requests would change nothing."""


@pytest.mark.row(39)
def test_very_many_bad_tokens_cost_no_memory_and_disturb_nobody(damaged: Damaged) -> None:
    alice, _ = damaged.sign_in()
    before = {pid: memory_mib(pid) for pid in workers(damaged)}
    gateway = Endpoint("127.0.0.1", damaged.ports.gateway)
    with Load(alice, threads=1, pause=0.02) as load:
        started = time.monotonic()
        for number in range(4):
            _flood(gateway, damaged, FLOOD // 4, number)
        assert time.monotonic() - started < 60
    assert set(load.statuses()) == {200}
    assert statistics.median(seconds for *_, seconds in load.answers) < 0.5
    growth = {pid: memory_mib(pid) - mib for pid, mib in before.items()}
    assert max(growth.values()) < 40, growth


def _flood(gateway: Endpoint, damaged: Damaged, count: int, number: int) -> None:
    """Send distinct tokens with a known key ID and an invalid signature, many per write."""
    start = f"{forge.segment(b'{}')}"
    header = forge.segment(f'{{"alg":"ES256","typ":"at+jwt","kid":"{forge.own_key(damaged.nobody).kid}"}}'.encode())
    forwarded = [("X-Forwarded-Method", "GET"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "a.test"),
                 ("X-Forwarded-Uri", "/")]  # fmt: skip
    target = "/verify?audience=billing&mode=required"
    with connect(gateway, 30) as connection:
        for batch in range(0, count, 50):
            requests = b"".join(
                damaged.nobody.request(
                    ("Authorization", f"Bearer {header}.{start}{number}{batch + n:06d}.{'A' * 86}"),
                    *forwarded,
                    target=target,
                )
                for n in range(50)
            )
            connection.sendall(requests)
            received = b""
            while received.count(b"HTTP/1.1 ") < 50 or not _last_is_whole(received):
                block = connection.recv(65_536)
                assert block, "the gateway hung up"
                received += block
            assert b"HTTP/1.1 200" not in received


def _last_is_whole(received: bytes) -> bool:
    return is_complete(received[received.rfind(b"HTTP/1.1 ") :])


IDLE_AT_TRAEFIK, IDLE_AT_THE_GATEWAY = 3_000, 1_000


@pytest.fixture
def _many_open_files() -> Iterator[None]:
    """Raise the limit of open files, which a shell often sets to 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = IDLE_AT_TRAEFIK + IDLE_AT_THE_GATEWAY + 1_000
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.row(42)
@pytest.mark.usefixtures("_many_open_files")
def test_slow_clients_and_idle_connections_keep_nobody_waiting(damaged: Damaged) -> None:
    alice, _ = damaged.sign_in()
    with ExitStack() as stack:
        for port, count in ((damaged.ports.http, IDLE_AT_TRAEFIK), (damaged.ports.gateway, IDLE_AT_THE_GATEWAY)):
            for _ in range(count):
                stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
        for port in (damaged.ports.http, damaged.ports.gateway):
            for _ in range(150):
                slow = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
                slow.sendall(f"GET /api/profile/ HTTP/1.1\r\nHost: {damaged.nobody.authority}\r\nX-A: {MARK}".encode())
        body = alice.request(alice.cookie, ("Content-Length", "100000"), method="POST", target="/api/auth/login/")
        for _ in range(20):
            slow = stack.enter_context(connect(alice.endpoint))
            slow.sendall(body + b"{")
        replies = [exchange(alice.endpoint, alice.request(alice.bearer)) for _ in range(30)]
    assert {reply.status for reply in replies} == {200}
    assert statistics.median(reply.seconds for reply in replies) < 1
