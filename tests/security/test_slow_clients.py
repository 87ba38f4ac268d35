"""Slow clients and full cookie jars: sign-in works next to them and with them (rows 47, 53)."""

import json
import socket
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.edge_client import DEMO_PASSWORDS
from tests.security.attack.situation import Situation
from tests.security.attack.wire import connect, exchange
from tests.security.behind import LATE, EchoEdge

CLIENTS = 50
SIGN_IN = "/api/auth/login/"
STALLED = {
    "a body that stops": (b"Content-Length: 60\r\n", b"hello world"),
    "a chunked body that stops": (b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n"),
    "an Expect without a body": (b"Content-Length: 60\r\nExpect: 100-continue\r\n", b""),
}
ADDRESSES = [SIGN_IN, "/api/auth/refresh/", "/api/auth/logout/", "/.well-known/jwks.json", "/accounts/login/", "/"]
JAR = "; ".join(f"c{number:03}={'x' * 4091}" for number in range(180))
"""Chromium's maximum for one site: 740 KB."""


def sign_in(s: Situation, *lines: tuple[str, str]) -> int:
    body = json.dumps({"username": "bob", "password": DEMO_PASSWORDS["bob"]}).encode()
    more = (("Content-Type", "application/json"), ("Connection", "close"), *lines)
    return exchange(s.endpoint, s.request(*more, method="POST", target=SIGN_IN, body=body), seconds=15).status


@pytest.mark.row(47)
@pytest.mark.parametrize("target", ADDRESSES)
@pytest.mark.parametrize(("lines", "part"), STALLED.values(), ids=STALLED.keys())
def test_idle_uploads_hold_nobody_up(nobody: Situation, target: str, lines: bytes, part: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(CLIENTS):
            connection = stack.enter_context(connect(nobody.endpoint))
            start = f"POST {target} HTTP/1.1\r\nHost: {nobody.authority}\r\nContent-Type: application/json\r\n"
            connection.sendall(start.encode() + lines + b"\r\n" + part)
        time.sleep(0.5)
        assert sign_in(nobody) == 200
        assert exchange(nobody.endpoint, nobody.request(target="/accounts/login/")).status == 200


@pytest.mark.row(47)
def test_idle_uploads_of_a_user_hold_no_service_up(situation: Situation) -> None:
    head = situation.request(
        situation.bearer, ("Content-Type", "application/json"), ("Content-Length", "60"), method="POST",
        target="/api/billing/invoices/",
    )  # fmt: skip
    with ExitStack() as stack:
        for _ in range(CLIENTS):
            stack.enter_context(connect(situation.endpoint)).sendall(head + b"{")
        time.sleep(0.5)
        assert exchange(situation.endpoint, situation.request(situation.bearer)).status == 200


@pytest.mark.row(53)
@pytest.mark.parametrize("jar", [JAR, f"jwt=x; jwt_token=y; {JAR[8300:]}", "; ".join(["jwt=" + "x" * 4000] * 180)],
                         ids=["others", "ours among them", "ours only"])  # fmt: skip
def test_signing_in_and_out_survives_the_largest_jar_of_a_browser(nobody: Situation, jar: str) -> None:
    cookies = ("Cookie", jar)
    page = exchange(nobody.endpoint, nobody.request(cookies, ("Accept", "text/html"), target="/accounts/login/"))
    assert page.status == 200
    assert sign_in(nobody, cookies) == 200
    form = (("Origin", nobody.origin), ("Content-Length", "0"), cookies)
    assert exchange(nobody.endpoint, nobody.request(*form, method="POST", target="/api/auth/logout/")).status in (
        200,
        204,
    )
    refreshed = exchange(nobody.endpoint, nobody.request(*form, method="POST", target="/api/auth/refresh/"))
    assert (refreshed.status, refreshed.header("Content-Type")) == (401, "application/problem+json")
    continued = exchange(nobody.endpoint, nobody.request(cookies, target="/api/auth/continue/?next=%2F"))
    assert continued.status == 302


@pytest.mark.row(53)
def test_elsewhere_the_jar_is_refused_with_words_that_help(nobody: Situation) -> None:
    reply = exchange(nobody.endpoint, nobody.request(("Cookie", JAR), ("Accept", "application/json")))
    assert (reply.status, json.loads(reply.body)["code"]) == (431, "header_too_large")
    assert b"xxxx" not in reply.whole
    navigation = (("Cookie", JAR), ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"))
    page = exchange(nobody.endpoint, nobody.request(*navigation))
    assert (page.status, page.header("Content-Type")) == (431, "text/html; charset=utf-8")
    assert b"Delete this site" in page.body


@pytest.mark.row(18, 53)
def test_a_bearer_beside_the_jar_is_enough(situation: Situation) -> None:
    assert exchange(situation.endpoint, situation.request(("Cookie", JAR), situation.bearer)).status == 200


@pytest.mark.row(47)
def test_a_slow_upload_that_goes_on_for_longer_than_the_old_deadline_arrives(
    echo_edge: EchoEdge, situation: Situation
) -> None:
    """40 s; the entry point used to end a request after 30 s and report the service as down."""
    head = situation.request(situation.bearer, ("Content-Length", "40"), ("Connection", "close"), method="POST")
    with connect(echo_edge.endpoint, 60) as connection:
        connection.sendall(head)
        for _ in range(40):
            connection.sendall(b"x")
            time.sleep(1)
        assert connection.recv(12)[9:12] == b"200"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_deadline_of_requests_cuts_no_late_or_slow_answer(
    echo_edge: EchoEdge, situation: Situation, tmp_path: Path, method: str
) -> None:
    with EchoEdge(replace(echo_edge.settings, variables={"VF_EDGE_READ_TIMEOUT": "1"}), tmp_path) as strict:
        request = situation.request(situation.bearer, method=method, target=f"/api/billing/{LATE}/")
        reply = exchange(strict.endpoint, request, seconds=15)
    assert reply.status == 200
    assert LATE.encode() in reply.body


def test_a_deadline_is_a_setting(echo_edge: EchoEdge, tmp_path: Path) -> None:
    """With the shortest possible timeout, half a request ends after it."""
    folder = tmp_path / "strict"
    folder.mkdir()
    with EchoEdge(replace(echo_edge.settings, variables={"VF_EDGE_READ_TIMEOUT": "1"}), folder) as strict:
        with socket.create_connection((strict.endpoint.address, strict.endpoint.port), timeout=10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n")
            started = time.monotonic()
            while connection.recv(1024):
                pass
        assert time.monotonic() - started < 9
