"""The bytes of an answer: everything that the gateway says to the proxy is written here."""

from http import HTTPStatus

from vf_edge.identity_headers import REQUEST_ID, USER_ASSERTION

from ..identity.assertions import IdentityHeaders
from .answers import Answer

_OK = "HTTP/1.1 200 OK\r\nServer: vf\r\nContent-Length: 0\r\n"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


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
    """An allowed answer up to the assertion, and the assertion; the rest is :func:`id_line`.

    Kept apart, so that an answer that is given again gets a new assertion without being read.
    """
    lines = [f"{name}: {value}" for name, value in identity.values.items() if name != USER_ASSERTION]
    before = _checked(_OK + "\r\n".join([*lines, f"{USER_ASSERTION}: "]), len(lines) + 4)
    return before, _checked(identity.values[USER_ASSERTION], 1)


def id_line(prefix: str) -> bytes:
    """The last line of an allowed answer, as far as it is the same in every one."""
    return f"\r\n{REQUEST_ID}: {prefix}".encode()


def _checked(text: str, lines: int) -> bytes:
    if text.count("\n") != lines - 1 or text.count("\r") != lines - 1:
        raise ValueError("a header value holds a line end")
    return text.encode("ascii")
