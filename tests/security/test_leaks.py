"""Leaks: error pages, logs and metrics contain no credential; invalid keys cause no fetches."""

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from runner import Platform
from tests.security.attack import forge
from tests.security.attack.situation import Line, Situation
from tests.security.attack.wire import Endpoint, connect, exchange, is_complete
from tests.security.conftest import SignIn, log_in

SECRET = "s3cr3t" + secrets.token_hex(6)


def mishaps(s: Situation) -> list[bytes]:
    """Send requests with a secret in every possible place."""
    bearer: Line = ("Authorization", f"Bearer {SECRET}")
    cookie: Line = ("Cookie", f"jwt={SECRET}; jwt_token={SECRET}; jwt_refresh={SECRET}; sessionid={SECRET}")
    json_kind: Line = ("Content-Type", "application/json")
    login = json.dumps({"username": f"alice-{SECRET}", "password": SECRET}).encode()
    return [
        *(
            s.request(line, target=path)
            for line in (bearer, cookie)
            for path in ("/", s.protected, "/api/profile/", "/x/")
        ),
        s.request(bearer, cookie, host=f"traefik.{s.authority}", target="/dashboard/"),
        s.request(("Authorization", f"Basic {SECRET}")),
        s.request(bearer, bearer),
        s.request(("Authorization", f"Bearer {SECRET * 1_000}")),
        s.request(("Cookie", f"jwt={SECRET}; jwt={SECRET}")),
        s.request(("Cookie", f"jwt={forge.unsigned(forge.header(kid=SECRET), forge.claims(s, username=SECRET))}")),
        s.request(("Authorization", f"Bearer {forge.signed(s, None, exp=1, email=SECRET)}")),
        s.request(("X-User-Id", SECRET), ("X-User-Assertion", SECRET)),
        s.request(target=f"{s.protected}?token={SECRET}"),
        s.request(json_kind, cookie, method="POST", target="/api/auth/login/", body=login),
        s.request(json_kind, method="POST", target="/api/auth/login/", body=login[:-1]),
        s.request(cookie, method="POST", target="/api/auth/refresh/", body=b""),
        s.request(cookie, method="POST", target="/api/auth/logout/", body=b""),
        s.request(cookie, target="/api/auth/continue/?next=/"),
        s.request(("Authorization", f"Bearer {SECRET}\0")),
    ]


@pytest.mark.row(45)
def test_no_error_page_echoes_a_secret(nobody: Situation) -> None:
    for request in mishaps(nobody):
        reply = exchange(nobody.endpoint, request)
        assert reply.status >= 200
        assert SECRET.encode() not in reply.whole, request[:200]


@pytest.mark.row(45)
def test_no_log_and_no_metric_holds_a_credential(nobody: Situation, sign_in: SignIn, platform: Platform) -> None:
    alice = sign_in("alice")
    reply = log_in(nobody, "alice", "alice123")
    cookies = [line.partition(";")[0].partition("=")[2] for line in reply.every("Set-Cookie")]
    jar: Line = ("Cookie", f"jwt_refresh={cookies[2]}")
    exchange(nobody.endpoint, nobody.request(jar, method="POST", target="/api/auth/refresh/", body=b""))
    for request in [*mishaps(nobody), alice.request(alice.bearer), alice.request(alice.cookie, target="/dashboard/")]:
        exchange(nobody.endpoint, request)
    time.sleep(0.5)  # until the last lines are written
    held = [SECRET, "alice123", *(token.rpartition(".")[2] for token in (alice.token, *cookies)), "alice@example.test"]
    ports = platform.settings.ports
    inside = (
        ports.identity,
        ports.services["billing"],
        ports.services["inventory"],
        ports.website,
        ports.gateway_internal,
        ports.traefik_internal,
    )
    texts = {f"metrics at {port}": _metrics(port) for port in inside}
    logs = list(platform.settings.log_dir.glob("*.log"))
    assert len(logs) >= 8
    texts |= {path.name: path.read_text(errors="replace") for path in logs}
    assert [(name, secret) for name, text in texts.items() for secret in held if secret in text] == []


def _metrics(port: int) -> str:
    reply = exchange(Endpoint("127.0.0.1", port), b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert reply.status == 200
    return reply.body.decode()


@pytest.mark.row(21, 45)
def test_a_log_line_cannot_be_split(nobody: Situation, platform: Platform) -> None:
    forged = "level=info event=signed_in user=forged-line"
    tokens = [forge.unsigned(forge.header(kid=f"a\n{forged}"), forge.claims(nobody, sub=f"a\r\n{forged}"))]
    tokens.append(forge.signed(nobody, None, sub="usr_demo_alice", username=f"a\n{forged}\n"))
    for token in tokens:
        exchange(nobody.endpoint, nobody.request(("Authorization", f"Bearer {token}")))
    for line in (("User-Agent", f"x\\n{forged}"), ("X-Request-Id", f"a%0a{forged}"), ("Referer", f"x\\r\\n{forged}")):
        exchange(nobody.endpoint, nobody.request(line))
    exchange(nobody.endpoint, nobody.request(target=f"/%0a{forged.replace(' ', '%20')}"))
    exchange(nobody.endpoint, nobody.request(("Host", "x"), target="/"))
    time.sleep(0.3)
    for path in platform.settings.log_dir.glob("*.log"):
        starts = [line for line in path.read_text(errors="replace").splitlines() if line.startswith(("level=", forged))]
        assert starts == [], path.name


@pytest.mark.row(21)
@pytest.mark.parametrize("member", ["jku", "x5u"])
def test_a_tokens_own_address_is_never_asked(member: str, nobody: Situation) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/keys"
        for changed in ({member: address}, {member: address, "kid": address}):
            token = forge.by_another_key(nobody, **changed)
            assert exchange(nobody.endpoint, nobody.request(("Authorization", f"Bearer {token}"))).status == 401
        with pytest.raises(TimeoutError):
            listener.accept()


FLOOD = 10_000
"""Each of them would be a fetch."""


@pytest.mark.row(22)
def test_thousands_of_unknown_keys_cause_a_fetch_per_cool_down_and_disturb_nobody(
    situation: Situation, platform: Platform
) -> None:
    before, started = _fetches(platform), time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        floods = [pool.submit(_flood, situation, FLOOD // 4) for _ in range(4)]
        good = pool.submit(_good_requests, situation, floods)
    assert {status for flood in floods for status in flood.result()} == {401}
    assert set(good.result()) == {200}
    time.sleep(0.3)
    cool_downs = (time.monotonic() - started) / 10
    assert _fetches(platform) - before <= cool_downs + 2


def _flood(s: Situation, requests: int) -> set[int]:
    statuses, signature = set(), "A" * 86
    payload = forge.segment(json.dumps(forge.claims(s)).encode())
    with connect(s.endpoint) as connection:
        for _ in range(requests):
            header = forge.segment(json.dumps(forge.header(kid=secrets.token_hex(8))).encode())
            connection.sendall(s.request(("Authorization", f"Bearer {header}.{payload}.{signature}")))
            received = b""
            while not is_complete(received):
                received += connection.recv(65_536)
            statuses.add(int(received[9:12]))
    return statuses


def _good_requests(s: Situation, until: list) -> list[int]:
    statuses = []
    while not all(flood.done() for flood in until):
        statuses.append(exchange(s.endpoint, s.request(s.bearer)).status)
        time.sleep(0.05)
    return statuses


def _fetches(platform: Platform) -> int:
    log = (platform.settings.log_dir / "identity-provider.log").read_text(errors="replace")
    return log.count("path=/.well-known/jwks.json")
