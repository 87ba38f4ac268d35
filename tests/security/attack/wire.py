"""One exchange over a raw socket, sent byte for byte and read strictly.

Client libraries normalize a request before sending it, and attackers don't.
"""

import socket
import ssl
import time
from dataclasses import dataclass, field

MAX_REPLY_BYTES = 4 * 1024 * 1024
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address to connect to, which can differ from the ``Host`` header."""

    address: str
    port: int
    tls_name: str | None = None
    """The server name for TLS; None for plain HTTP."""
    source: str = ""
    """The IP address to connect from; empty for the system's choice."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The first response on a connection; ``status`` 0 if there was none."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    head: bytes = field(default=b"", repr=False)
    rest: bytes = field(default=b"", repr=False)
    """What followed it on the connection."""
    seconds: float = 0.0

    def every(self, name: str) -> list[str]:
        """Return all values of a header, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str:
        """Return the first value of a header, or an empty text."""
        return next(iter(self.every(name)), "")

    @property
    def whole(self) -> bytes:
        """Return everything that came back."""
        return self.head + self.body + self.rest


def exchange(endpoint: Endpoint, *parts: bytes, seconds: float = 10.0, linger: float = 0.0) -> Reply:
    """Send ``parts`` one after the other and read the first response.

    ``linger``: continue reading for this many seconds, for a second response that must not come. If the server closes
    the connection early, the result is what it has sent until then.
    """
    started = time.monotonic()
    received = b""
    try:
        with connect(endpoint, seconds) as connection:
            received = _converse(connection, parts, started + seconds, linger)
    except OSError:
        pass  # refused, reset, or no TLS: no response
    reply = _parse(received, parts[0].startswith(b"HEAD "))
    return Reply(reply.status, reply.headers, reply.body, reply.head, reply.rest, time.monotonic() - started)


def connect(endpoint: Endpoint, seconds: float = 10.0) -> socket.socket:
    """Return a connection, over TLS if the endpoint requires it, without checking certificates."""
    source = (endpoint.source, 0) if endpoint.source else None
    connection = socket.create_connection((endpoint.address, endpoint.port), seconds, source)
    if endpoint.tls_name is None:
        return connection
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection, server_hostname=endpoint.tls_name)


def _converse(connection: socket.socket, parts: tuple[bytes, ...], deadline: float, linger: float) -> bytes:
    try:
        for number, part in enumerate(parts):
            if number:
                time.sleep(0.05)  # so that they arrive separately
            connection.sendall(part)
    except (ConnectionError, ssl.SSLError):
        pass  # refused in the middle: read the response, if there is one
    return _receive(connection, deadline, linger, parts[0].startswith(b"HEAD "))


def _receive(connection: socket.socket, deadline: float, linger: float, bodiless: bool) -> bytes:
    received, lingering = b"", False
    while len(received) < MAX_REPLY_BYTES:
        if not lingering and is_complete(received, bodiless):
            deadline, lingering = time.monotonic() + linger, True
        connection.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            block = connection.recv(_CHUNK)
        except (TimeoutError, OSError):
            break
        if not block:
            break
        received += block
    return received


def is_complete(received: bytes, bodiless: bool = False) -> bool:
    """Return True once the first response is complete; ``bodiless`` for responses to HEAD."""
    return bool(received) and _split(received, bodiless) is not None


def _parse(received: bytes, bodiless: bool) -> Reply:
    head, _, rest = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    version, _, status = lines[0].partition(" ")
    if not version.startswith("HTTP/") or not status[:3].isdigit():
        return Reply(0, rest=received)
    split = _split(received, bodiless)
    body, after = split if split is not None else (rest, b"")
    return Reply(int(status[:3]), _headers(lines), body, head + b"\r\n\r\n", after)


def _headers(lines: list[str]) -> tuple[tuple[str, str], ...]:
    pairs = (line.partition(":") for line in lines[1:])
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _split(received: bytes, bodiless: bool) -> tuple[bytes, bytes] | None:
    """Return the body of the first response and the rest; None while it is incomplete."""
    head, end, rest = received.partition(b"\r\n\r\n")
    if not end:
        return None
    headers = {name.lower(): value for name, value in _headers(head.decode("latin-1").split("\r\n"))}
    status = head[9:12]
    if bodiless or status in (b"204", b"304") or status.startswith(b"1"):
        return b"", rest
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _dechunk(rest)
    if "content-length" not in headers:
        return None  # until the server closes
    length = int(headers["content-length"])
    return (rest[:length], rest[length:]) if len(rest) >= length else None


def _dechunk(data: bytes) -> tuple[bytes, bytes] | None:
    body = b""
    while True:
        size, end, data = data.partition(b"\r\n")
        if not end:
            return None
        length = int(size.split(b";")[0], 16)
        if length == 0:
            return body, data.partition(b"\r\n")[2]
        if len(data) < length + 2:
            return None
        body, data = body + data[:length], data[length + 2 :]
