"""One connection: waitress reads the request and writes the answer; a thread only ever sees a whole request."""

import re
import socket
import time
from typing import Any

from waitress.buffers import ReadOnlyFileBasedBuffer  # type: ignore[import-untyped]
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.task import ErrorTask, WSGITask  # type: ignore[import-untyped]

from . import refusals
from .bounds import Bounds

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
"""In a request line. waitress would drop a tab from the path: ``/pub\\tlic`` would be ``/public``."""

_MAX_HEADER_LINES = 256
"""The size alone allows a hundred thousand of them, each an object. gunicorn's own workers read 100."""

_LINGER_SECONDS = 2.0
_LINGER_BYTES = 16 * 1_048_576
"""After a refusal the rest of the request is read and dropped for so long: closing a socket with unread bytes
resets it, and Traefik would lose the refusal and answer 502."""


_PACE_HALF_LIFE = 1.0
"""Seconds. Those who trickle are soon at almost nothing, far below an honest client that pauses."""

_MOST_PACE = 16_384
"""Bytes: a fast beginning gives no more credit than a slow one that goes on."""

_COUNTED_BYTES = 262_144
"""The budget is looked at when a connection has taken so much more, and once a second."""


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """One request. Knows when its first byte came."""

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.since = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the head. Raises :class:`ParsingError` for a control character in the request line, or many lines."""
        if header_plus.count(b"\r\n") > _MAX_HEADER_LINES + 1:
            raise ParsingError("too many header lines")
        if _CONTROL.search(header_plus.partition(b"\r\n")[0]):
            raise ParsingError("control character in the request line")
        super().parse_header(header_plus)

    @property
    def held(self) -> int:
        """Bytes in memory."""
        size: int = self.header_bytes_received + self.body_bytes_received
        return size


class Application(WSGITask):  # type: ignore[misc]
    """Runs the application for one whole request."""

    def get_environment(self) -> dict[str, Any]:
        """waitress's, but with the path that the edge decided about: ``//a`` stays ``//a``."""
        environ: dict[str, Any] = super().get_environment()
        environ["PATH_INFO"] = self.request.path or "/"
        environ["wsgi.multiprocess"] = True
        if self.request.command == "HEAD":
            # A file would be sent whole.
            del environ["wsgi.file_wrapper"]
        return environ

    def write(self, data: bytes) -> None:
        """Write a part of the body; the answer to HEAD has none (RFC 9110 §9.3.2)."""
        super().write(b"" if self.request.command == "HEAD" else data)

    def finish(self) -> None:
        """End the answer."""
        if self.request.command == "HEAD":
            self.write(b"")
            self.chunked_response = False
        super().finish()

    def build_response_header(self) -> bytes:
        """A process that stops keeps no connection."""
        if self.channel.server.stopping:
            self.set_close_on_finish()
        head: bytes = super().build_response_header()
        return head


class Refusal(ErrorTask):  # type: ignore[misc]
    """Answers a request that no application sees."""

    def execute(self) -> None:
        """Write the refusal and close."""
        self.status, headers, body = refusals.response(self.request.error)
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.channel.linger = True
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection with bounds for its client's patience."""

    parser_class = Parser
    task_class = Application
    error_task_class = Refusal

    request: Parser | None
    requests: list[Parser]
    outbufs: list[Any]
    total_outbufs_len: int
    close_when_flushed: bool
    will_close: bool
    linger = False
    _lingering_since = 0.0
    _dropped = 0
    _counted = 0

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:
        self.active_at = time.monotonic()
        """When a byte last came or went."""
        self._moved = 0.0
        super().__init__(server, sock, addr, adj, map=map)

    @property
    def held(self) -> int:
        """Bytes in memory for this client: its requests, and what it has not taken of its answers. Files are not."""
        current, answers = self.request, list(self.outbufs)
        requests = [*self.requests, current] if current else list(self.requests)
        waiting: int = sum(part.__len__() for part in answers if not isinstance(part, ReadOnlyFileBasedBuffer))
        return waiting + sum(request.held for request in requests)

    @property
    def working(self) -> bool:
        """A thread has a request of this client and has not answered yet."""
        return bool(self.requests) and not self.total_outbufs_len

    def recv(self, buffer_size: int) -> bytes:
        """Read from the socket."""
        data: bytes = super().recv(buffer_size)
        self._move(len(data))
        return data

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Write to the socket."""
        sent: int = super().send(data, do_close)
        if sent:
            self._move(sent)
        return sent

    def _move(self, count: int) -> None:
        now = time.monotonic()
        self._moved, self.active_at = min(self.pace(now) + count, _MOST_PACE), now

    def pace(self, now: float) -> float:
        """How fast bytes come or go, the last seconds counting most. Only good for comparing connections."""
        decayed: float = self._moved * 0.5 ** ((now - self.active_at) / _PACE_HALF_LIFE)
        return decayed

    @property
    def receiving(self) -> bool:
        """Part of a request is here."""
        return self.request is not None

    @property
    def busy(self) -> bool:
        """A request is with a thread, or its answer is not all sent."""
        return bool(self.requests or self.total_outbufs_len)

    def received(self, data: bytes) -> bool:
        """Take bytes; what a request above the small size holds comes out of the common budget."""
        taken: bool = super().received(data)
        held = self.request.held if self.request is not None else 0
        if held < self._counted:
            self._counted = 0
        elif held > self._counted + _COUNTED_BYTES:
            self._counted = held
            self.server.relieve()
        return taken

    def write_soon(self, data: Any) -> int:
        """Take a part of an answer from a thread."""
        size: int = super().write_soon(data)
        if self.total_outbufs_len > _COUNTED_BYTES:
            self.server.relieve()
        return size

    def enforce(self, now: float, bounds: Bounds) -> None:
        """End what takes too long; ``now`` is of the monotonic clock."""
        silent = now - self.active_at
        if self._lingering_since:
            if now - self._lingering_since > _LINGER_SECONDS:
                self.will_close = True
        elif self.total_outbufs_len:
            # Whoever takes nothing of an answer for so long is not there, or means harm.
            self.will_close = self.will_close or silent > bounds.idle_seconds
        elif self.request is not None and not self.requests:
            self._enforce_request(now, silent, bounds)
        elif not self.requests and silent > bounds.keep_alive_seconds:
            self.will_close = True

    def _enforce_request(self, now: float, silent: float, bounds: Bounds) -> None:
        with self.requests_lock:
            request = self.request
            if request is None:
                return
            late = bounds.is_late(
                now=now,
                since=request.since,
                last_byte=now - silent,
                in_body=request.headers_finished,
                received=request.body_bytes_received,
            )
            if not late:
                return
            request.error = refusals.RequestTimeout("")
            request.completed = True
            self.request = None
            self.requests.append(request)
        self.server.add_task(self)

    def drop(self) -> None:
        """Close at the next turn of the loop, to make room."""
        self.will_close = True
        self.server.pull_trigger()

    def readable(self) -> bool:
        """Also while lingering, to drop what comes."""
        return bool(self._lingering_since or super().readable())

    def handle_read(self) -> None:
        """Read, or read away."""
        if not self._lingering_since:
            super().handle_read()
            return
        try:
            data = self.recv(self.adj.recv_bytes)
        except OSError:
            self.handle_close()
            return
        self._dropped += len(data)
        if self._dropped > _LINGER_BYTES:
            self.will_close = True

    def writable(self) -> bool:
        """Nothing is written while lingering."""
        if self._lingering_since and not self.will_close:
            return False
        return bool(super().writable())

    def handle_write(self) -> None:
        """Write; after a refusal, end our side and wait for the client to end its own."""
        if self.linger and self.close_when_flushed and not self.total_outbufs_len and not self._lingering_since:
            self.close_when_flushed = False
            self._lingering_since = time.monotonic()
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.will_close = True
            return
        super().handle_write()
