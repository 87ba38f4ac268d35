"""Persistent connections to single workers of the gateway, identified by their request IDs."""

import contextlib
import socket
import time
from collections.abc import Callable, Mapping, Sequence

from . import edge
from .errors import BenchmarkError
from .processes import LOOPBACK

_ID_COUNT_DIGITS = 12
"""The end of a request ID is a counter; the start identifies the worker."""

START_SECONDS = 20.0
"""The gateway is ready with its first worker. On a busy machine, the other workers listen slightly later."""

LONGEST_WAIT_SECONDS = 5.0


class WorkerConnection:
    """A connection, which the kernel has assigned to one worker."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((LOOPBACK, port), timeout=5)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, headers: Mapping[str, str]) -> tuple[int, str]:
        """Send a request; return the status and the part of the request ID that identifies the worker."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in edge.asked(headers).items())
        self._socket.sendall(f"GET {edge.VERIFY} HTTP/1.1\r\n{lines}\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._receive()
        head, _, body = answer.partition(b"\r\n\r\n")
        status, fields = _read_head(head)
        missing = int(fields.get("content-length", "0")) - len(body)
        while missing > 0:
            missing -= len(self._receive())
        return status, fields.get("x-request-id", "")[:-_ID_COUNT_DIGITS]

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _receive(self) -> bytes:
        part = self._socket.recv(65_536)
        if not part:
            raise BenchmarkError("the gateway closed a connection")
        return part


def one_to_each_worker(
    stack: contextlib.ExitStack, port: int, count: int, headers: Mapping[str, str]
) -> list[WorkerConnection]:
    """Return a connection to each of ``count`` workers, closed with ``stack``."""
    found: dict[str, WorkerConnection] = {}
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        connection = WorkerConnection(port)
        stack.callback(connection.close)
        worker = connection.ask(headers)[1]
        found.setdefault(worker, connection)
        if len(found) == count:
            return list(found.values())
        time.sleep(0.005)
    raise BenchmarkError(f"only {len(found)} of {count} workers responded within {START_SECONDS:.0f} s")


def until_all_refuse(
    workers: Sequence[WorkerConnection], headers: Mapping[str, str], revoke: Callable[[], object]
) -> float:
    """Call ``revoke`` once all workers know the token. Return the milliseconds until the last of them rejects it."""
    for worker in workers:
        if worker.ask(headers)[0] != 200:
            raise BenchmarkError("a new token was rejected")
    started = time.perf_counter()
    revoke()
    accepting = list(workers)
    while accepting:
        accepting = [worker for worker in accepting if worker.ask(headers)[0] != 401]
        if time.perf_counter() - started > LONGEST_WAIT_SECONDS:
            raise BenchmarkError(f"{len(accepting)} workers accepted a revoked token for {LONGEST_WAIT_SECONDS:.0f} s")
    return (time.perf_counter() - started) * 1000


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return int(first.split(" ")[1]), {name.lower(): value for name, _, value in pairs}
