"""The real command with real workers: restarted when they die, stopped with the supervisor (hostile row 41)."""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from gateway_auth.serve.supervisor import CHECK_SECONDS, SILENCE_SECONDS

from ..builders import SECRET, _pem, bearer, head, token
from ..revocation.redis_server import RedisServer, free_port


class Gateway:
    """``gateway-auth serve`` as a process."""

    def __init__(self, **variables: str) -> None:
        self.port, self.internal = free_port(), free_port()
        self.variables = {
            "PATH": os.environ["PATH"],
            "VF_GATEWAY_BIND": f"127.0.0.1:{self.port}",
            "VF_GATEWAY_INTERNAL_BIND": f"127.0.0.1:{self.internal}",
            "VF_ASSERTION_KEY": _pem(0).decode(),
            "VF_JWT_SECRET": SECRET,
            "VF_REDIS_URL": "off",
        } | variables
        self.process = Popen([sys.executable, "-m", "gateway_auth", "serve"], env=self.variables, stderr=PIPE)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body on the internal side; (0, "") if nothing listens."""
        connection = HTTPConnection("127.0.0.1", self.internal, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def answers_readyz(self, wanted: int) -> str:
        """Wait for that status of ``/readyz``; its body."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            status, text = self.get("/readyz")
            if status == wanted:
                return text
            time.sleep(0.02)
        raise TimeoutError(f"/readyz never answered {wanted}")

    def status_of(self, data: bytes) -> int:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
            client.sendall(data)
            return int(client.recv(65_536).split(b" ")[1])

    def workers(self) -> set[int]:
        """The workers that live: the supervisor's children."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(pid) for pid in children if _lives(pid)}

    def ended(self) -> tuple[int, str]:
        """Wait for the end; the exit status and what was written."""
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors.decode()

    def __enter__(self) -> "Gateway":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.ended()


def _lives(pid: str) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Gateway(VF_WORKERS="2") as gateway:
        gateway.answers_readyz(200)
        yield gateway


def test_the_metrics_of_all_workers_are_summed(gateway):
    assert [gateway.status_of(head(bearer(token()))) for _ in range(10)] == [200] * 10
    status, text = gateway.get("/metrics")
    counted = [
        line for line in text.splitlines() if line.startswith('vf_edge_decisions_total{code="",outcome="allowed"}')
    ]
    assert status == 200
    assert float(counted[0].split()[-1]) >= 1


def test_a_second_gateway_on_the_same_port_is_refused_and_named(gateway):
    """``SO_REUSEPORT`` would let it take half of the requests."""
    with Gateway(VF_GATEWAY_BIND=f"127.0.0.1:{gateway.port}") as second:
        status, errors = second.ended()
    assert status == 2
    assert errors.startswith("gateway-auth: VF_GATEWAY_BIND ")
    assert len(errors.splitlines()) == 1


def test_a_killed_worker_is_replaced_and_the_others_serve_on(gateway):
    before = gateway.workers()
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    statuses, until = set(), time.monotonic() + 20
    while len(gateway.workers() - {victim}) < 2:
        assert time.monotonic() < until
        with contextlib.suppress(ConnectionError, IndexError):  # what waited to be accepted by the dead one is reset
            statuses.add(gateway.status_of(head(bearer(token()))))
    assert statuses == {200}
    assert before - {victim} < gateway.workers()


def test_a_hung_worker_is_replaced(gateway):
    """It lives, and it gets connections, but it answers none of them."""
    victim = min(gateway.workers())
    os.kill(victim, signal.SIGSTOP)
    until = time.monotonic() + 30
    while victim in gateway.workers() or len(gateway.workers()) < 2:
        assert time.monotonic() < until
        time.sleep(0.1)
    gateway.answers_readyz(200)
    assert [gateway.status_of(head(bearer(token()))) for _ in range(10)] == [200] * 10


def test_a_supervisor_that_stood_still_takes_nobody_for_hung():
    with Gateway(VF_WORKERS="2") as gateway:
        gateway.answers_readyz(200)
        before = gateway.workers()
        for pid in (gateway.process.pid, *before):
            os.kill(pid, signal.SIGSTOP)
        time.sleep(SILENCE_SECONDS + 1)
        os.kill(gateway.process.pid, signal.SIGCONT)
        time.sleep(2 * CHECK_SECONDS)  # it looks before they can be heard
        for pid in before:
            os.kill(pid, signal.SIGCONT)
        time.sleep(2)
        assert gateway.workers() == before


def test_the_workers_of_a_killed_supervisor_end_by_themselves():
    gateway = Gateway(VF_WORKERS="2")
    gateway.answers_readyz(200)
    workers = gateway.workers()
    gateway.process.kill()
    gateway.process.wait()
    until = time.monotonic() + 15
    while any(_lives(str(pid)) for pid in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert [pid for pid in workers if _lives(str(pid))] == []
    assert len(workers) == 2


def test_sigterm_stops_all_workers_cleanly():
    with Gateway(VF_WORKERS="2") as gateway:
        gateway.answers_readyz(200)
        workers = gateway.workers()
        gateway.process.terminate()
        status, errors = gateway.ended()
    assert status == 0
    assert "worker_killed" not in errors
    for pid in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


WRONG = {
    "no assertion key": {"VF_ASSERTION_KEY": ""},
    "an assertion key that is none": {"VF_ASSERTION_KEY": "secret-words"},
    "a short secret": {"VF_JWT_SECRET": "secret-words"},
    "an address of another machine": {"VF_GATEWAY_BIND": "192.0.2.1:80"},
    "nobody to trust, and several workers": {"VF_JWT_ISSUER": "off", "VF_WORKERS": "2"},
    "an issuers file that is not there": {"VF_ISSUERS_FILE": "/does/not/exist"},
    "a Redis address with odd options": {"VF_REDIS_URL": "redis://:secret-words@127.0.0.1:1?socket_timeout=x"},
}


@pytest.mark.parametrize("variables", WRONG.values(), ids=WRONG.keys())
def test_the_start_ends_with_one_line_that_names_the_variable_for(variables):
    with Gateway(**variables) as gateway:
        status, errors = gateway.ended()
    assert status == 2
    assert errors.startswith(f"gateway-auth: {next(iter(variables))}")
    assert len(errors.splitlines()) == 1
    assert "secret-words" not in errors


def test_a_misspelled_variable_is_told_once_and_without_its_value():
    with Gateway(VF_CORS_EXTRA_ORIGIN="https://secret-words", VF_WEBSITE_URL="http://w", VF_WORKERS="2") as gateway:
        gateway.answers_readyz(200)
        gateway.process.terminate()
        _, errors = gateway.ended()
    (line,) = [line for line in errors.splitlines() if "unknown_variable" in line]
    assert "variable=VF_CORS_EXTRA_ORIGIN" in line.split()
    assert "did_you_mean=VF_CORS_EXTRA_ORIGINS" in line
    assert "secret-words" not in errors
    assert "VF_WEBSITE_URL" not in errors


def test_what_only_the_workers_notice_ends_the_start_too():
    with Gateway(VF_WORKERS="2", VF_ISSUERS_FILE="/does/not/exist") as gateway:
        status, errors = gateway.ended()
    assert status == 2
    assert "gateway-auth: VF_ISSUERS_FILE" in errors


def test_a_worker_listens_only_when_it_knows_the_revocations(tmp_path):
    """Started again in mid-load it must not answer 503 where its neighbours allow."""
    with RedisServer(tmp_path) as redis_server, Gateway(VF_REDIS_URL=redis_server.url) as gateway:
        redis_server.publish("sid", "ses_revoked")
        text = gateway.answers_readyz(503)
        assert "revocations: never read" in text
        assert "listener: not open" in text
        with pytest.raises(ConnectionError):
            gateway.status_of(head())
        redis_server.set_epoch("one")
        gateway.answers_readyz(200)
        assert gateway.status_of(head(bearer(token()))) == 200
        assert gateway.status_of(head(bearer(token(session_id="ses_revoked")))) == 401
        gateway.process.terminate()
        assert gateway.ended()[0] == 0
