"""A real gunicorn with the shipped configuration, and requests that no client library would send.

Hostile rows 2, 7, 8 and 10.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vf_django.testing import TEST_KEY, TEST_USER
from vf_edge.identity_headers import encode
from vf_tokens import assertion, key_set_document

EXAMPLE = Path(__file__).parents[3] / "packages/django/tests"
Ask = Callable[..., tuple[int, dict]]


def signed_headers(audience: str = "served") -> list[str]:
    token = assertion.mint(TEST_KEY, TEST_USER, audience=audience, issued_at=int(time.time()))
    return [f"{name}: {value}" for name, value in encode(TEST_USER, token).items()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen, int, Path]]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "keys.json").write_text(json.dumps(key_set_document([TEST_KEY])))
    settings = (
        f"from example.settings import *\nVF_EDGE = {{'AUDIENCE': 'served', 'JWKS_FILE': '{folder}/keys.json'}}\n"
    )
    (folder / "served_settings.py").write_text(settings)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "served_settings",
        "PYTHONPATH": f"{folder}:{EXAMPLE}",
        "VF_BIND": f"127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:vf_service.gunicorn_conf"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "vf_django.wsgi:get_wsgi_application()"], env=environment, stdout=log, stderr=log
        )
    try:
        _await_port(process, port)
        yield process, port, folder / "log"
    finally:
        process.terminate()
        process.wait(30)


def _await_port(process: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("gunicorn did not start")


@pytest.fixture
def ask(server) -> Ask:
    def send(*headers: str, target: str = "/whoami") -> tuple[int, dict]:
        lines = [f"GET {target} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
        with socket.create_connection(("127.0.0.1", server[1]), timeout=10) as connection:
            connection.sendall("\r\n".join(lines).encode("latin-1"))
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body) if body.startswith(b"{") else {}

    return send


def test_the_edges_headers_are_believed(ask):
    status, body = ask(*signed_headers())
    assert (status, body["id"]) == (200, "usr_test")


REFUSED = {
    "good-looking headers without an assertion": lambda: ["X-User-Id: usr_test", "X-User-Roles: admin"],
    "an assertion for another service": lambda: signed_headers("billing"),
    "every header with underscores": lambda: [line.replace("-", "_", 2) for line in signed_headers()],
    "a second X-User-Id": lambda: [*signed_headers(), "X-User-Id: usr_admin"],
    "a second X-User-Id in other letters": lambda: [*signed_headers(), "x-uSER-id: usr_admin"],
    "a second assertion": lambda: [*signed_headers(), signed_headers()[-1]],
    "the id again as X.User.Id": lambda: [*signed_headers(), "X.User.Id: usr_admin"],
    "the id again as X~User~Id": lambda: [*signed_headers(), "X~User~Id: usr_admin"],
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED.keys())
def test_a_forged_identity_is_nobody(ask, headers):
    assert ask(*headers())[0] == 401


def test_an_underscore_beside_the_real_header_changes_nothing(ask):
    assert ask(*signed_headers(), "X_User_Id: usr_admin", "X_USER_ROLES: admin")[1]["id"] == "usr_test"


@pytest.mark.parametrize(
    ("target", "header"),
    [
        ("/open/whoami", "SCRIPT_NAME: /open"),
        ("/open/whoami", "Script-Name: /open"),
        ("/nothing", "PATH_INFO: /whoami"),
    ],
)
def test_no_header_rewrites_the_path(ask, target, header):
    assert ask(header, *signed_headers(), target=target)[0] == 404


@pytest.mark.parametrize("header", ["X-Forwarded-Proto: https", "X-Forwarded-Ssl: on", "X-Forwarded-Host: evil.test"])
def test_a_forwarded_header_from_loopback_is_not_gunicorns_business(ask, header):
    assert ask(header, *signed_headers())[0] == 200


def answers_of(server, *requests: bytes) -> list[bytes]:
    """The head of each answer to requests sent on one connection, each when the one before is answered."""
    heads = []
    with socket.create_connection(("127.0.0.1", server[1]), timeout=10) as connection:
        for request in requests:
            connection.sendall(request)
            heads.append(_read_answer(connection))
            if b"connection: close" in heads[-1]:
                break
    return heads


def _read_answer(connection: socket.socket) -> bytes:
    """The head, in small letters, of an answer that is read to its end."""
    with connection.makefile("rb") as file:
        head = b"".join(iter(file.readline, b"\r\n")).lower()
        file.read(int(re.search(rb"content-length: (\d+)", head)[1]))
    return head


def post(size: int, target: str = "/whoami") -> bytes:
    return b"POST %b HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%b" % (target.encode(), size, b"x" * size)


CHUNKED = b"POST /whoami HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"


BODIES = {"none": post(0), "1 byte": post(1), "64 KiB": post(65_536), "1 MB": post(1_000_000), "chunked": CHUNKED}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_connection_is_kept_whatever_a_service_leaves_of_a_body(server, body):
    """Traefik sends the next request on it. gunicorn's own workers hang up instead of reading a long rest away."""
    heads = answers_of(server, body, post(0), body, post(0))
    assert [head.split()[1] for head in heads] == [b"401"] * 4


def exchange(port: int, *parts: bytes) -> bytes:
    """All that comes back for bytes that are sent as they are."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for part in parts:
            connection.sendall(part)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def logged(log: Path, word: str) -> str:
    """What the server wrote since it started, as soon as ``word`` stands in it."""
    deadline = time.monotonic() + 10
    while word not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    return log.read_text()


HEAD = b"Host: localhost\r\nConnection: close\r\n"

FAILING = {
    "a first line that is none": b"GET /?token=SECRET HTTP/9\r\n%b\r\n" % HEAD,
    "a first line with spaces in the query": b"GET /?q=1 token=SECRET HTTP/1.1\r\n%b\r\n" % HEAD,
    "a URL that is too long": b"GET /?token=SECRET%b HTTP/1.1\r\n%b\r\n" % (b"x" * 9_000, HEAD),
    "a header without a colon": b"GET /open HTTP/1.1\r\n%bAuthorization Bearer SECRET\r\n\r\n" % HEAD,
    "a control character in the answer": b"GET /odd-header?name=%%00SECRET HTTP/1.1\r\n%b\r\n" % HEAD,
    "a bug": b"GET /page-error/bug?token=SECRET HTTP/1.1\r\n%b\r\n" % HEAD,
    "a codec": b"GET /open?token=SECRET HTTP/1.1\r\n%bContent-Type: text/plain; charset=hex\r\n\r\n" % HEAD,
    "an extended codec": b"GET /?token=SECRET HTTP/1.1\r\n%bContent-Type: a/b; c*=undefined''x\r\n\r\n" % HEAD,
    "a malformed chunk": b"POST /orders?token=SECRET HTTP/1.1\r\n%bContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" % HEAD,
    "an answer that breaks off": b"GET /breaks-off?token=SECRET HTTP/1.1\r\n%b\r\n" % HEAD,
    "a Host that is not allowed": b"GET /open?token=SECRET HTTP/1.1\r\nHost: SECRET.test\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("request_", FAILING.values(), ids=FAILING.keys())
def test_a_failing_request_leaves_no_query_in_any_log(server, request_):
    _, port, log = server
    exchange(port, request_)
    exchange(port, b"GET /marker HTTP/1.1\r\n%b\r\n" % HEAD)
    assert "SECRET" not in logged(log, "/marker")


def test_what_the_server_logs_itself_is_still_logged(server):
    _, port, log = server
    exchange(port, FAILING["an answer that breaks off"])
    assert "RuntimeError: secret detail of a bug" in logged(log, "RuntimeError: secret detail of a bug")


@pytest.mark.parametrize("host", [b"10.244.3.17:8000", b"[fd00::1]:8000", b"[fd00::1]", b"a_b..c", b"", b"pod.ns.svc"])
@pytest.mark.parametrize("path", [b"/healthz", b"/readyz", b"/metrics"])
def test_probes_are_answered_by_whatever_address(server, path, host):
    answer = exchange(server[1], b"GET %b HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % (path, host))
    assert answer.startswith(b"HTTP/1.1 200")
    answer = exchange(server[1], b"GET /open HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % host)
    assert answer.startswith(b"HTTP/1.1 400")


def test_a_probe_of_http_1_0_needs_no_host(server):
    assert exchange(server[1], b"GET /healthz HTTP/1.0\r\n\r\n").split()[1] == b"200"


def test_sigterm_stops_it_cleanly(server):
    process, *_ = server
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0


def test_a_wrong_number_of_threads_stops_the_start_with_one_line():
    command = [sys.executable, "-m", "gunicorn", "-c", "python:vf_service.gunicorn_conf", "example.wsgi"]
    ended = subprocess.run(command, env=os.environ | {"VF_THREADS": "many"}, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    assert ended.stderr.strip() == "error: VF_THREADS is 'many': it must be a whole number from 1 to 256"
