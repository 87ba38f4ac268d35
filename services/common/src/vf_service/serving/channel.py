"""One connection: waitress reads the request and writes the response; a thread sees only complete requests."""

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
r"""Control characters in a request line. waitress would drop a tab from the path: ``/pub\tlic`` would become
``/public``.
"""

_MAX_HEADER_LINES = 256
"""Maximum number of header lines, as in gunicorn's own workers. The size limit alone would allow a hundred thousand
objects.
"""

_LINGER_SECONDS = 2.0
_LINGER_BYTES = 16 * 1_048_576
"""Bytes of a rejected request to read and drop. Closing a socket with unread bytes resets it: Traefik would lose the
response and return 502.
"""


_PACE_HALF_LIFE = 1.0
"""Seconds. The pace of a client that sends single bytes soon falls far below that of a client that pauses."""

_MOST_PACE = 16_384
"""Bytes: a fast start counts no more than a slow one that continues."""

_COUNTED_BYTES = 262_144
"""Bytes after which a connection checks the budget. A check also runs every second."""


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """One request, with the time of its first byte."""

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.since = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the head. Raises :class:`ParsingError` for a control character in the request line, or
        too many lines.
        """
        if header_plus.count(b"\r\n") > _MAX_HEADER_LINES + 1:
            raise ParsingError("too many header lines")
        if _CONTROL.search(header_plus.partition(b"\r\n")[0]):
            raise ParsingError("control character in the request line")
        super().parse_header(header_plus)

    @property
    def held(self) -> int:
        """Return the bytes in memory."""
        size: int = self.header_bytes_received + self.body_bytes_received
        return size


class Application(WSGITask):  # type: ignore[misc]
    """A task that runs the application for one complete request."""

    def get_environment(self) -> dict[str, Any]:
        """Return waitress's environ with the path that the gateway decided about: ``//a`` stays ``//a``."""
        environ: dict[str, Any] = super().get_environment()
        environ["PATH_INFO"] = self.request.path or "/"
        environ["wsgi.multiprocess"] = True
        if self.request.command == "HEAD":
            # Without file_wrapper, a file in the response is subject to the limits.
            del environ["wsgi.file_wrapper"]
        return environ

    def write(self, data: bytes) -> None:
        """Write a part of the body. The response to HEAD has none (RFC 9110 §9.3.2)."""
        super().write(b"" if self.request.command == "HEAD" else data)

    def finish(self) -> None:
        """End the response."""
        if self.request.command == "HEAD":
            self.write(b"")
            self.chunked_response = False
        super().finish()

    def build_response_header(self) -> bytes:
        """Build the headers. While the process stops, close the connection after the response."""
        if self.channel.server.stopping:
            self.set_close_on_finish()
        head: bytes = super().build_response_header()
        return head


class Refusal(ErrorTask):  # type: ignore[misc]
    """A task that rejects a request before any application sees it."""

    def execute(self) -> None:
        """Write the refusal and close."""
        self.status, headers, body = refusals.response(self.request.error)
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.channel.linger = True
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection with limits on slow and idle clients."""

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
        """Time at which a byte was last received or sent."""
        self._moved = 0.0
        super().__init__(server, sock, addr, adj, map=map)

    @property
    def held(self) -> int:
        """Return the bytes in memory for this client: its requests and the unsent part of its responses,
        except files.
        """
        current, answers = self.request, list(self.outbufs)
        requests = [*self.requests, current] if current else list(self.requests)
        waiting: int = sum(part.__len__() for part in answers if not isinstance(part, ReadOnlyFileBasedBuffer))
        return waiting + sum(request.held for request in requests)

    @property
    def working(self) -> bool:
        """Return True while a thread processes a request of this client."""
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
        """Return the recent byte rate, weighted toward the last seconds. Use it only to compare connections."""
        decayed: float = self._moved * 0.5 ** ((now - self.active_at) / _PACE_HALF_LIFE)
        return decayed

    @property
    def receiving(self) -> bool:
        """Return True if part of a request has arrived."""
        return self.request is not None

    @property
    def busy(self) -> bool:
        """Return True if a thread has a request, or its response is not completely sent."""
        return bool(self.requests or self.total_outbufs_len)

    def received(self, data: bytes) -> bool:
        """Process received bytes. What a request holds above the small size counts toward the common budget."""
        taken: bool = super().received(data)
        held = self.request.held if self.request is not None else 0
        if held < self._counted:
            self._counted = 0
        elif held > self._counted + _COUNTED_BYTES:
            self._counted = held
            self.server.relieve()
        return taken

    def write_soon(self, data: Any) -> int:
        """Accept a part of a response from a thread."""
        size: int = super().write_soon(data)
        if self.total_outbufs_len > _COUNTED_BYTES:
            self.server.relieve()
        return size

    def enforce(self, now: float, bounds: Bounds) -> None:
        """Close the connection if it exceeds a limit; ``now`` is of the monotonic clock."""
        silent = now - self.active_at
        if self._lingering_since:
            if now - self._lingering_since > _LINGER_SECONDS:
                self.will_close = True
        elif self.total_outbufs_len:
            # A client that reads nothing of a response for this long has gone, or is an attacker.
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
        """Close at the next turn of the loop, to free memory or a connection."""
        self.will_close = True
        self.server.pull_trigger()

    def readable(self) -> bool:
        """Return True also after a refusal, to read and drop the rest."""
        return bool(self._lingering_since or super().readable())

    def handle_read(self) -> None:
        """Read; after a refusal, read and drop."""
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
        """Return False after a refusal has been sent."""
        if self._lingering_since and not self.will_close:
            return False
        return bool(super().writable())

    def handle_write(self) -> None:
        """Write; after a refusal, close the sending side and wait for the client to close."""
        if self.linger and self.close_when_flushed and not self.total_outbufs_len and not self._lingering_since:
            self.close_when_flushed = False
            self._lingering_since = time.monotonic()
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.will_close = True
            return
        super().handle_write()
