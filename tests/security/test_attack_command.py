"""``make attack``: detects a naive gateway, and asks before it attacks other machines."""

import contextlib
import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from tests.security.attack import forge
from tests.security.attack.__main__ import main
from tests.security.attack.consent import Refused, endpoint_of
from tests.security.attack.situation import Situation
from tests.security.attack.tables import CASES
from tests.security.attack.wire import Endpoint, exchange
from vf_tokens import generate_pem, signing_key_from_pem
from vf_tokens.compact import parse


class Naive(BaseHTTPRequestHandler):
    """A gateway that trusts identity headers, in most of the known ways."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        known = self.headers.get("X-User-Id") or self.headers.get("X-Forwarded-Uri", "").startswith("/static/")
        bearer = self.headers.get("Authorization", "").lower().startswith("bearer a.b")
        body = json.dumps({"user": self.headers.get("X-User-Id")}).encode()
        self.send_response(200 if known or bearer else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Closed(BaseHTTPRequestHandler):
    """A gateway that denies everything, without CORS."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.other_headers()
        self.end_headers()

    def do_OPTIONS(self) -> None:
        self.do_GET()

    def other_headers(self) -> None:
        pass

    def log_message(self, *_: object) -> None:
        pass


class Forgetful(Closed):
    """A gateway that allows its own origin, without ``Vary: Origin``."""

    def other_headers(self) -> None:
        if self.headers.get("Origin") == f"http://{self.headers.get('Host')}":
            self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])


@contextlib.contextmanager
def served(gateway: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), gateway) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def naive() -> Iterator[str]:
    with served(Naive) as url:
        yield url


@pytest.mark.row(1)
def test_a_naive_gateway_fails(naive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([naive, "--row", "1", "--row", "9"]) == 1
    shown = capsys.readouterr().out
    assert "X-User-Id once, without a credential" in shown
    assert "X-Forwarded-Uri of a public file" in shown
    assert "rows that failed: 1, 9" in shown


@pytest.mark.row(29)
def test_a_gateway_without_cors_need_not_vary_by_origin() -> None:
    with served(Closed) as url:
        assert main([url, "--row", "29"]) == 0


@pytest.mark.row(29)
def test_a_gateway_with_cors_must_vary_by_origin(capsys: pytest.CaptureFixture[str]) -> None:
    with served(Forgetful) as url:
        assert main([url, "--row", "29"]) == 1
    assert "Vary lacks Origin" in capsys.readouterr().out


@pytest.mark.row(13)
def test_what_it_does_right_is_no_failure(naive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([naive, "--row", "13", "--all", "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    assert {result["outcome"] for result in results} == {"ok"}


def test_nothing_is_tried_where_nothing_is_protected(naive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([naive.replace("http:", "https:"), "--row", "13"]) == 2
    assert main(["http://127.0.0.1:9", "--row", "13"]) == 2
    assert "cannot be reached" in capsys.readouterr().err


def test_a_table_that_needs_a_token_is_skipped_and_says_so(naive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([naive, "--row", "5", "--all"]) == 2
    assert "needs a valid token" in capsys.readouterr().out


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
def test_near_misses_are_made_with_an_issuers_key_of_any_kind(algorithm: str) -> None:
    key = signing_key_from_pem(generate_pem(algorithm))
    situation = Situation(Endpoint("127.0.0.1", 1), "127.0.0.1", "localhost", signing_key=key)
    for case in CASES:
        if case.near_miss:
            case.build(situation)
    token = parse(forge.signed_header_text(situation, '{"kid":7}').encode())
    assert key.verification_key().verify(token.signing_input, token.signature)


@pytest.mark.parametrize("url", ["http://192.0.2.1", "https://192.0.2.1:8443", "http://[2001:db8::1]/"])
def test_another_machine_is_no_target_without_consent(url: str) -> None:
    with pytest.raises(Refused, match="i-may-attack-this"):
        endpoint_of(url, None, consent=False)
    assert endpoint_of(url, None, consent=True)[0].address in url


@pytest.mark.parametrize(
    "url", ["ftp://localhost", "localhost:8000", "http://", "http://a:b@localhost", "http://localhost/x"]
)
def test_what_is_no_address_of_an_entry_point_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        endpoint_of(url, None, consent=True)


@pytest.mark.parametrize(
    "url", ["http://localhost:1", "http://vfservices.localhost:1", "https://127.0.0.5:1", "http://[::1]:1"]
)
def test_this_machine_needs_no_consent(url: str) -> None:
    with contextlib.suppress(OSError):
        assert endpoint_of(url, None, consent=False)[0].port == 1


@pytest.mark.row(32)
def test_the_reader_of_answers_keeps_two_answers_apart(nobody: Situation) -> None:
    request = nobody.request()
    reply = exchange(nobody.endpoint, request + request, linger=0.3)
    assert reply.status == 401
    assert reply.rest.startswith(b"HTTP/1.1 401")
