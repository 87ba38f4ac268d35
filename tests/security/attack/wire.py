"""One exchange over a raw socket: what is sent is exactly what stands there, what came back is read bit by bit.

A client library tidies a request up before it sends it, which is the very thing an attacker does not do.
"""

import socket
import ssl
import time
from dataclasses import dataclass, field

MAX_REPLY_BYTES = 4 * 1024 * 1024
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect, which is not always what the ``Host`` header says."""

    address: str
    port: int
    tls_name: str | None = None
    """The name to ask for over TLS; None: plain HTTP."""
    source: str = ""
    """The address to connect from; empty: the system's choice."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The first response on a connection; ``status`` 0 if there was none."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    head: bytes = field(default=b"", repr=False)
    rest: bytes = field(default=b"", repr=False)
    """What came after it on the same connection."""
    seconds: float = 0.0

    def every(self, name: str) -> list[str]:
        """All values of a header, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return next(iter(self.every(name)), "")

    @property
    def whole(self) -> bytes:
        """Everything that came back."""
        return self.head + self.body + self.rest


def exchange(endpoint: Endpoint, *parts: bytes, seconds: float = 10.0, linger: float = 0.0) -> Reply:
    """Send ``parts`` one after the other and read the first response.

    ``linger``: go on reading for so many seconds, for a second response that should not be there.
    A peer that hangs up, before or in the middle of its answer, gives what it has sent until then.
    """
    started = time.monotonic()
    received = b""
    try:
        with connect(endpoint, seconds) as connection:
            received = _converse(connection, parts, started + seconds, linger)
    except OSError:
        pass  # refused, reset, or no TLS: no answer
    reply = _parse(received, parts[0].startswith(b"HEAD "))
    return Reply(reply.status, reply.headers, reply.body, reply.head, reply.rest, time.monotonic() - started)


def connect(endpoint: Endpoint, seconds: float = 10.0) -> socket.socket:
    """A connection, over TLS if the endpoint says so. Certificates are not what is tested here."""
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
                time.sleep(0.05)  # so that they arrive apart
            connection.sendall(part)
    except (ConnectionError, ssl.SSLError):
        pass  # refused in the middle: the answer, if any, is there to be read
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
    """True once the first response is whole; ``bodiless``: it answers a HEAD."""
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
    """Body of the first response and what follows it; None while it is not whole."""
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
        return None  # until the peer closes
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
