"""A real gunicorn with the shipped configuration and two threads, and clients that are slow in every way there is.

Hostile row 47: no thread of a service waits for a client.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

HERE = Path(__file__).parent
THREADS = 2
CLIENTS = 50
Serve = Callable[..., "Server"]


class Server:
    """One gunicorn that serves slow_application.py."""

    def __init__(self, **variables: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        environment = os.environ | {
            "PYTHONPATH": str(HERE),
            "VF_BIND": f"127.0.0.1:{self.port}",
            "VF_THREADS": str(THREADS),
            **variables,
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "python:vf_service.gunicorn_conf"]
        self.process = subprocess.Popen([*command, "slow_application"], env=environment)
        self._await()

    def _await(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.connect().close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("gunicorn did not start")

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=15)

    def ask(self, request: bytes) -> bytes:
        """Everything that is answered to one request with ``Connection: close``."""
        with self.connect() as connection:
            connection.sendall(request)
            return read_all(connection)

    def status(self, target: str = "/anything", method: str = "GET") -> int:
        head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        return int(self.ask(head.encode())[9:12])


def read_all(connection: socket.socket) -> bytes:
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            received += part
    return received


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(**variables: str) -> Server:
            server = Server(**variables)
            stack.callback(server.process.wait, 30)
            stack.callback(server.process.terminate)
            return server

        yield start


POST = b"POST /echo-length HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
NEVER_WHOLE = {
    "a body that stops": POST + b"Content-Length: 60\r\n\r\nhello world",
    "a body that never begins": POST + b"Content-Length: 60\r\n\r\n",
    "a chunked body that stops": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "a chunk that stops": POST + b"Transfer-Encoding: chunked\r\n\r\n50\r\nhello",
    "a chunked body without its end": POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n",
    "an Expect that is never followed": POST + b"Content-Length: 60\r\nExpect: 100-continue\r\n\r\n",
    "a head that stops": POST,
    "half a request line": b"GET /any",
    "nothing at all": b"",
    "a second request that stops": b"GET /anything HTTP/1.1\r\nHost: localhost\r\n\r\n" + POST,
    "a large body that stops": POST + b"Content-Length: 900000\r\n\r\n" + b"x" * 300_000,
}


@pytest.mark.parametrize("sent", NEVER_WHOLE.values(), ids=NEVER_WHOLE.keys())
def test_clients_whose_requests_never_become_whole_hold_no_thread(serve, sent):
    server = serve()
    with ExitStack() as stack:
        for _ in range(CLIENTS):
            stack.enter_context(server.connect()).sendall(sent)
        time.sleep(0.3)
        assert server.status() == 200


def test_clients_that_read_nothing_of_a_large_answer_hold_no_thread(serve):
    """8 MB outgrow what the sockets' buffers take."""
    server = serve(VF_MAX_HELD_MIB="1024")
    with ExitStack() as stack:
        for _ in range(4 * THREADS):
            connection = stack.enter_context(server.connect())
            connection.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.5)
        assert server.status() == 200


def test_at_the_limit_of_connections_the_longest_silent_one_makes_room(serve):
    server = serve(VF_CONNECTIONS="64")
    with ExitStack() as stack:
        idle = [stack.enter_context(server.connect()) for _ in range(200)]
        for connection in idle:
            with contextlib.suppress(OSError):
                connection.sendall(NEVER_WHOLE["a body that stops"])
        assert server.status() == 200


def test_large_requests_that_stop_are_ended_before_they_fill_the_memory(serve):
    server = serve(VF_MAX_HELD_MIB="2")
    with ExitStack() as stack:
        for _ in range(8):
            connection = stack.enter_context(server.connect())
            with contextlib.suppress(OSError):
                connection.sendall(NEVER_WHOLE["a large body that stops"] + b"x" * 500_000)
        assert server.status() == 200
        small = stack.enter_context(server.connect())
        small.sendall(NEVER_WHOLE["a body that stops"])
        small.sendall(b"x" * 49)
        assert small.recv(12)[9:12] == b"200"


def test_where_memory_is_short_uploads_that_trickle_go_before_one_that_goes_on(serve):
    """More of them come all the time, and each has sent a byte more recently than the honest one when it pauses."""
    server = serve(VF_MAX_HELD_MIB="2")
    head = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n"
    with ExitStack() as stack:
        tricklers: list[socket.socket] = []

        def one_more() -> None:
            tricklers.append(stack.enter_context(server.connect()))
            tricklers[-1].sendall(head.format(900_000).encode() + b"x" * 300_000)

        def trickle(seconds: float) -> None:
            for _ in range(int(seconds / 0.1)):
                for trickler in tricklers:
                    with contextlib.suppress(OSError):
                        trickler.sendall(b"x")
                time.sleep(0.1)

        for _ in range(6):
            one_more()
        trickle(3)
        honest = stack.enter_context(server.connect())
        honest.sendall(head.format(600_000).encode())
        for _ in range(12):
            honest.sendall(b"x" * 50_000)
            trickle(0.3)
            one_more()
        assert read_all(honest)[9:12] == b"200"


def test_an_idle_upload_is_told_408_and_ended(serve):
    server = serve(VF_CLIENT_TIMEOUT="1")
    answer = server.ask(NEVER_WHOLE["a body that stops"])
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (int(head[9:12]), json.loads(body)["code"]) == (408, "request_timeout")
    assert b"hello" not in answer


def test_a_slow_head_is_ended(serve):
    server = serve(VF_HEAD_TIMEOUT="1")
    with server.connect() as connection:
        connection.sendall(b"GET /anything HTTP/1.1\r\n")
        for _ in range(200):  # on a busy machine, the end comes later
            try:
                connection.sendall(b"a: b\r\n")
            except OSError:
                break
            time.sleep(0.1)
        else:
            pytest.fail("it was never ended")


def test_a_byte_at_a_time_is_ended_by_the_rate(serve):
    server = serve(VF_HEAD_TIMEOUT="1", VF_CLIENT_TIMEOUT="1", VF_MIN_UPLOAD_RATE="1000")
    with server.connect() as connection:
        connection.sendall(POST + b"Content-Length: 10000\r\n\r\n")
        for _ in range(100):
            try:
                connection.sendall(b"x")
            except OSError:
                break
            time.sleep(0.1)
        else:
            pytest.fail("it was never ended")


def test_an_honest_slow_upload_arrives_whole(serve):
    """Longer than every bound, at ten times the least rate."""
    server = serve(VF_HEAD_TIMEOUT="1", VF_CLIENT_TIMEOUT="1", VF_MIN_UPLOAD_RATE="100")
    with server.connect() as connection:
        connection.sendall(POST + b"Connection: close\r\nContent-Length: 4000\r\n\r\n")
        for _ in range(40):
            connection.sendall(b"x" * 100)
            time.sleep(0.1)
        answer = read_all(connection)
    assert answer.endswith(b"\r\n\r\n4000")


def test_a_chunked_body_arrives_whole(serve):
    """gunicorn's own workers leave it without a length, and Django then reads nothing of it."""
    request = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    assert serve().ask(request).endswith(b"\r\n\r\n11")


def test_an_answer_that_takes_longer_than_every_bound_is_given(serve):
    server = serve(VF_HEAD_TIMEOUT="1", VF_CLIENT_TIMEOUT="1")
    assert server.status("/slow") == 200


def test_a_body_above_the_limit_is_refused_although_it_is_sent_to_the_end(serve):
    """The refusal is read: a socket closed with unread bytes would have been reset."""
    server = serve(VF_MAX_BODY_MIB="1")
    answer = server.ask(POST + b"Content-Length: 4000000\r\n\r\n" + b"secret  " * 500_000)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (int(head[9:12]), json.loads(body)["code"]) == (413, "body_too_large")
    assert b"secret" not in answer


JAR = b"; ".join(b"c%03d=%b" % (number, b"x" * 4091) for number in range(180))


def test_the_largest_jar_of_a_browser_is_read(serve):
    head = b"GET /anything HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: %b\r\n\r\n"
    assert serve().ask(head % JAR)[9:12] == b"200"


REFUSED = {
    "a head of 1.2 MB": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"secret" * 200_000 + b"\r\n\r\n", 431),
    "no HTTP": (b"secret secret\r\n\r\n", 400),
    "a header without a name": (b"GET / HTTP/1.1\r\n: secret\r\n\r\n", 400),
    "a folded first line": (b"GET / HTTP/1.1\r\n secret\r\n\r\n", 400),
    "a tab in the path": (b"GET /any\tsecret HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "ten thousand header lines": (b"GET / HTTP/1.1\r\n" + b"X-secret: 1\r\n" * 10_000 + b"\r\n", 400),
    "two lengths": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nsecret", 400),
    "a length that is none": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: secret\r\n\r\n", 400),
    "a negative length": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nsecret", 400),
    "another coding": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: secret\r\n\r\n", 501),
    "a chunk without a size": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n", 400),
}


@pytest.fixture(scope="module")
def plain() -> Iterator[Server]:
    server = Server()
    yield server
    server.process.terminate()
    server.process.wait(30)


@pytest.mark.parametrize(("request_", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_server_itself_refuses_is_a_problem_that_echoes_nothing(plain, request_, status):
    answer = plain.ask(request_)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (int(head[9:12]), json.loads(body)["status"]) == (status, status)
    assert b"application/problem+json" in head
    assert b"secret" not in answer
    assert b"waitress" not in answer.lower()


def test_the_answer_to_head_has_no_body_and_the_connection_goes_on(plain):
    with plain.connect() as connection:
        connection.sendall(b"HEAD /anything HTTP/1.1\r\nHost: localhost\r\n\r\n")
        first = connection.recv(65_536)
        connection.sendall(b"GET /anything HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        second = read_all(connection)
    assert first.endswith(b"\r\n\r\n")
    assert first.count(b"\r\n\r\n") == 1
    assert second.startswith(b"HTTP/1.1 200")


def test_a_request_in_work_is_finished_at_a_stop_and_idle_uploads_do_not_hold_it(serve):
    server = serve()
    with server.connect() as working, server.connect() as idle:
        working.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        idle.sendall(b"")
        time.sleep(0.5)
        server.process.terminate()
        answer = read_all(working)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in answer.lower()
    assert server.process.wait(15) == 0
