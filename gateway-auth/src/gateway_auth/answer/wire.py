"""The bytes of an answer: everything that the gateway sends to the proxy is written here."""

import secrets
from http import HTTPStatus
from itertools import product

from vf_edge.identity_headers import REQUEST_ID, USER_ASSERTION

from ..identity.assertions import IdentityHeaders
from .answers import Answer

_OK = "HTTP/1.1 200 OK\r\nServer: vf\r\nContent-Length: 0\r\n"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_THREE_DIGITS = [b"%03x" % number for number in range(4096)]


class RequestIds:
    """Request IDs of 24 hexadecimal digits, unique across workers: a random prefix and a count.

    They are made here, because Traefik makes none and a client's own cannot be trusted in a log.
    """

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(6)
        self.line = f"\r\n{REQUEST_ID}: {self._prefix}".encode()
        """The beginning of the last line of an allowed answer; ``end_of_head`` is the rest."""
        last = [digits + b"\r\n\r\n" for digits in _THREE_DIGITS]
        self.end_of_head = map(b"".join, product(_THREE_DIGITS, _THREE_DIGITS, _THREE_DIGITS, last)).__next__
        """``end_of_head()``: the other twelve digits of a new ID and the end of an answer's head. They are joined from
        ready parts, for the hot path: formatting a number costs twice as much."""

    def next(self) -> str:
        """A new ID."""
        return self.id_of(self.end_of_head())

    def id_of(self, end_of_head: bytes) -> str:
        """The ID whose end this is."""
        return self._prefix + end_of_head[:12].decode()


def whole(answer: Answer, *, version: str = "1.1", connection: str = "", with_body: bool = True) -> bytes:
    """The answer in HTTP/1. Raises :class:`ValueError` for a value that would be more than one line.

    ``connection`` is the header of that name, if there has to be one. The answer to HEAD has no body.
    """
    head = [f"HTTP/{version} {answer.status} {_PHRASES[answer.status]}", "Server: vf"]
    head += [f"{name}: {value}" for name, value in answer.headers.items()]
    head.append(f"Content-Length: {len(answer.body)}")
    if connection:
        head.append(f"Connection: {connection}")
    text = _checked("\r\n".join(head), len(head))
    return text + b"\r\n\r\n" + (answer.body if with_body else b"")


def allowed_parts(identity: IdentityHeaders) -> tuple[bytes, bytes]:
    """An allowed answer up to the assertion, and the assertion; the rest is that of :class:`RequestIds`.

    They are kept apart, so that an answer that is given again gets a new assertion without being read.
    """
    lines = [f"{name}: {value}" for name, value in identity.values.items() if name != USER_ASSERTION]
    before = _checked(_OK + "\r\n".join([*lines, f"{USER_ASSERTION}: "]), len(lines) + 4)
    return before, _checked(identity.values[USER_ASSERTION], 1)


def _checked(text: str, lines: int) -> bytes:
    if text.count("\n") != lines - 1 or text.count("\r") != lines - 1:
        raise ValueError("a header value holds a line end")
    return text.encode("ascii")
