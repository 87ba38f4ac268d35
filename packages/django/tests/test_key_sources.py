"""A key set that comes over the network, and what happens when it does not. Hostile row 22."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vf_django import key_sources
from vf_django.edge_identity import AssertionVerifier
from vf_django.key_sources import (
    COOL_DOWN,
    MAX_AGE,
    RETRY,
    KeysUnavailable,
    PublishedKeys,
    keys_from_file,
    keys_from_url,
)
from vf_tokens import Identity, UnknownKey, assertion, generate_pem, key_set_document, signing_key_from_pem

OLD, NEW, STRANGER = (signing_key_from_pem(generate_pem()) for _ in range(3))
NOW = 1_800_000_000
SOMEBODY = Identity("usr_1", "", "", (), "")


class Source:
    """A key set that a test can change or break, and that counts how often it was read."""

    def __init__(self, *keys) -> None:
        self.keys, self.reads, self.broken = keys, 0, False

    def __call__(self) -> bytes:
        self.reads += 1
        if self.broken:
            raise OSError("connection refused")
        return json.dumps(key_set_document(self.keys)).encode()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def signed_by(key) -> str:
    return assertion.mint(key, SOMEBODY, audience="example", issued_at=NOW)


def test_nothing_is_read_before_it_is_needed_and_then_once(clock):
    source = Source(OLD)
    keys = PublishedKeys(source, clock=clock)
    assert source.reads == 0
    assert keys.current() is keys.current()
    assert source.reads == 1


def test_a_token_of_a_new_key_makes_the_set_be_read_again(clock):
    source = Source(OLD)
    verifier = AssertionVerifier(PublishedKeys(source, clock=clock), audience="example")
    verifier.verify(signed_by(OLD), NOW)
    source.keys = (NEW, OLD)
    assert verifier.verify(signed_by(NEW), NOW).identity == SOMEBODY


def test_a_thousand_unknown_keys_cause_one_read_a_cool_down_and_good_users_notice_nothing(clock):
    source = Source(OLD)
    verifier = AssertionVerifier(PublishedKeys(source, clock=clock), audience="example")
    verifier.verify(signed_by(OLD), NOW)
    for reads in (2, 3):
        for _ in range(1000):
            with pytest.raises(UnknownKey):
                verifier.verify(signed_by(STRANGER), NOW)
        assert verifier.verify(signed_by(OLD), NOW).identity == SOMEBODY
        assert source.reads == reads
        clock.now += COOL_DOWN


def test_a_source_that_fails_leaves_the_known_keys_in_use(clock):
    source = Source(OLD)
    keys = PublishedKeys(source, clock=clock)
    known = keys.current()
    source.broken = True
    clock.now += MAX_AGE + 1
    for _ in range(50):
        assert keys.current() is known
        assert keys.renewed() is known
    assert source.reads == 3  # one because it is old, one because of an unknown key


def test_a_source_that_never_answered_is_asked_again_soon_but_not_by_each_request(clock):
    source = Source(OLD)
    source.broken = True
    keys = PublishedKeys(source, clock=clock)
    for _ in range(50):
        with pytest.raises(KeysUnavailable):
            keys.current()
    assert source.reads == 1
    source.broken = False
    clock.now += RETRY
    assert keys.current().kids == (OLD.kid,)


def test_a_source_that_hangs_before_it_ever_answered_is_not_asked_by_one_request_after_the_other(clock):
    source = Source(OLD)
    source.broken = True

    def hanging() -> bytes:
        clock.now += 10 * RETRY
        return source()

    keys = PublishedKeys(hanging, clock=clock)
    for _ in range(50):
        with pytest.raises(KeysUnavailable):
            keys.current()
    assert source.reads == 1


def test_a_withdrawn_key_is_forgotten_when_the_set_is_old(clock):
    source = Source(OLD, NEW)
    keys = PublishedKeys(source, clock=clock)
    keys.current()
    source.keys = (NEW,)
    clock.now += MAX_AGE + 1
    assert keys.current().kids == (NEW.kid,)


def test_threads_that_start_together_read_once(clock):
    waiting = threading.Event()
    source = Source(OLD)

    def slow() -> bytes:
        waiting.wait(2)
        return source()

    keys = PublishedKeys(slow, clock=clock)
    found = []
    threads = [threading.Thread(target=lambda: found.append(keys.current().kids)) for _ in range(8)]
    for thread in threads:
        thread.start()
    waiting.set()
    for thread in threads:
        thread.join()
    assert (found, source.reads) == ([(OLD.kid,)] * 8, 1)


def test_while_one_thread_renews_an_old_set_the_others_go_on_with_it(clock):
    source = Source(OLD)
    reading, go_on = threading.Event(), threading.Event()

    def slow() -> bytes:
        if source.reads:
            reading.set()
            go_on.wait(5)
        return source()

    keys = PublishedKeys(slow, clock=clock)
    known = keys.current()
    clock.now += MAX_AGE + 1
    renewing = threading.Thread(target=keys.current)
    renewing.start()
    assert reading.wait(5)
    assert keys.current() is known  # would wait for ever
    go_on.set()
    renewing.join()


def test_a_file_is_a_source(tmp_path: Path):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(key_set_document([OLD])))
    assert keys_from_file(str(path)).current().kids == (OLD.kid,)


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps(key_set_document([OLD])).encode()
        self.send_response(302 if self.path == "/moved" else 200)
        if self.path == "/moved":
            self.send_header("Location", "/keys")
        if self.path == "/huge":
            body = b" " * (key_sources.MAX_DOCUMENT_BYTES + 1) + body
        if self.path == "/html":
            body = b"<html>"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_address_is_a_source_and_the_environments_proxy_is_not_used(address, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert keys_from_url(f"{address}/keys").current().kids == (OLD.kid,)


@pytest.mark.parametrize("path", ["/moved", "/huge", "/html"])
def test_a_redirect_a_huge_document_and_a_page_are_no_key_sets(address, path):
    with pytest.raises(KeysUnavailable):
        keys_from_url(address + path).current()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/keys", "http://127.0.0.1:1/keys"])
def test_only_http_is_fetched_and_a_dead_address_is_no_error_of_its_own(url):
    with pytest.raises(KeysUnavailable):
        keys_from_url(url).current()
