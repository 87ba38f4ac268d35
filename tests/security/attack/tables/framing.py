"""Requests that two parsers may read differently (row 6, and request smuggling)."""

from functools import partial

from ..case import HUNG_UP, NOT_UNDERSTOOD, REFUSED, Case, Expected
from ..situation import MARK, Situation, head, raw
from ..wire import Reply

_SMUGGLED_PATH = f"/static/{MARK}"


def _smuggled(s: Situation) -> bytes:
    """Build a second request with a forged identity, hidden in the body of the first."""
    return head(f"GET {s.protected}?{MARK} HTTP/1.1".encode(), [("Host", s.authority), ("X-User-Id", MARK)])


def _lines(s: Situation, *lines: bytes) -> bytes:
    """Build a request to the protected path with exactly these lines."""
    first = [f"GET {s.protected} HTTP/1.1".encode(), b"Host: " + raw(s.authority)]
    return b"\r\n".join([*first, *lines, b"", b""])


def _line(s: Situation, line: bytes) -> bytes:
    return _lines(s, line)


def _post(s: Situation, *lines: bytes, body: bytes) -> bytes:
    first = [f"POST {s.protected} HTTP/1.1".encode(), b"Host: " + raw(s.authority)]
    return b"\r\n".join([*first, *lines, b"", b""]) + body


def _second_is_no_success(reply: Reply, _: Situation) -> str:
    return "a second answer is a success" if b"HTTP/1.1 2" in reply.rest else ""


_MANGLED: tuple[tuple[str, bytes], ...] = (
    ("a space before the colon", f"X-User-Id : {MARK}".encode()),
    ("a tab before the colon", f"X-User-Id\t: {MARK}".encode()),
    ("a space before the name", f" X-User-Id: {MARK}".encode()),
    ("a folded line (obs-fold)", f"X-A: 1\r\n X-User-Id: {MARK}".encode()),
    ("a folded value", f"X-User-Id:\r\n {MARK}".encode()),
    ("NUL in the value", f"X-User-Id: {MARK}\0".encode()),
    ("NUL in the name", f"X-User\0-Id: {MARK}".encode()),
    ("a bare CR in a value", f"X-A: 1\rX-User-Id: {MARK}".encode()),
    ("a bare LF between lines", f"X-A: 1\nX-User-Id: {MARK}".encode()),
    ("no colon at all", f"X-User-Id {MARK}".encode()),
    ("no name at all", f": {MARK}".encode()),
    ("a vertical tab in the name", f"X-User-Id\v: {MARK}".encode()),
    ("bytes above ASCII in the name", f"X-User-Ïd: {MARK}".encode()),
    ("a Unicode hyphen in the name", f"X\N{HYPHEN}User\N{HYPHEN}Id: {MARK}".encode()),
)
"""Lines that some parsers read as X-User-Id."""

_TWO_LENGTHS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("Transfer-Encoding with a space before the colon", (b"Content-Length: %d", b"Transfer-Encoding : chunked")),
    ("Transfer-Encoding: xchunked", (b"Content-Length: %d", b"Transfer-Encoding: xchunked")),
    ("Transfer-Encoding: chunked, identity", (b"Content-Length: %d", b"Transfer-Encoding: chunked, identity")),
    ("Transfer-Encoding twice", (b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", b"Content-Length: %d")),
    ("Transfer-Encoding with a vertical tab", (b"Content-Length: %d", b"Transfer-Encoding:\vchunked")),
    ("Transfer_Encoding", (b"Content-Length: %d", b"Transfer_Encoding: chunked")),
    ("two different Content-Lengths", (b"Content-Length: %d", b"Content-Length: 0")),
    ("two Content-Lengths in one line", (b"Content-Length: %d, 0",)),
    ("a Content-Length with a sign", (b"Content-Length: +%d",)),
    ("a Content-Length in hexadecimal", (b"Content-Length: 0x%x",)),
    ("a negative Content-Length", (b"Content-Length: -%d",)),
    ("CL.TE: both, the body ends in the chunks", (b"Content-Length: %d", b"Transfer-Encoding: chunked")),
)
_CHUNKS: tuple[tuple[str, bytes], ...] = (
    ("a chunk size with a sign", b"+0\r\n\r\n"),
    ("a chunk size with 0x", b"0x0\r\n\r\n"),
    ("a chunk that ends with a bare LF", b"0\n\n"),
    ("a chunk extension with a bare LF", b"0;a=b\n\r\n"),
    ("a chunk size beyond 64 bits", b"fffffffffffffffff0\r\n\r\n"),
    ("a negative chunk size", b"-1\r\n\r\n"),
)
_ANY_REFUSAL = Expected((400, 401, 403, 405, 501, HUNG_UP), check=_second_is_no_success, words="no second success")


def _length_case(words: str, lines: tuple[bytes, ...]) -> Case:
    def build(s: Situation) -> bytes:
        body = b"0\r\n\r\n" + _smuggled(s)
        filled = (line % len(body) if b"%" in line else line for line in lines)
        return _post(s, *filled, body=body)

    return Case(6, f"smuggling by {words}", build, _ANY_REFUSAL, linger=0.3)


def _chunk_case(words: str, chunk: bytes) -> Case:
    return Case(
        6,
        f"smuggling by {words}",
        lambda s: _post(s, b"Transfer-Encoding: chunked", body=chunk + _smuggled(s)),
        _ANY_REFUSAL,
        linger=0.3,
    )


def _te_cl(s: Situation) -> bytes:
    hidden = _smuggled(s)
    body = f"{len(hidden):x}\r\n".encode() + hidden + b"\r\n0\r\n\r\n"
    return _post(s, b"Content-Length: 4", b"Transfer-Encoding: chunked", body=body)


def _trailer(s: Situation) -> bytes:
    lines = b"Trailer: X-User-Id", b"Transfer-Encoding: chunked"
    return _post(s, *lines, body=f"0\r\nX-User-Id: {MARK}\r\n\r\n".encode())


def _h2c(s: Situation) -> bytes:
    upgrade = b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", b"Connection: Upgrade, HTTP2-Settings"
    return _lines(s, *upgrade) + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 9


def _not_upgraded(reply: Reply, _: Situation) -> str:
    return "switched protocols" if b"HTTP/1.1 101" in reply.whole else _second_is_no_success(reply, _)


CASES = (
    *(Case(6, words, partial(_line, line=line), Expected((400, 401))) for words, line in _MANGLED),
    Case(6, "a forged identity in the trailer", _trailer, Expected((400, 401, 403, 405))),
    *(_length_case(*lengths) for lengths in _TWO_LENGTHS),
    *(_chunk_case(*chunk) for chunk in _CHUNKS),
    Case(6, "smuggling by TE.CL: both, a request within a chunk", _te_cl, _ANY_REFUSAL, linger=0.3),
    Case(
        6,
        "a body on a GET that is a request",
        lambda s: s.request(("Content-Length", "5"), method="GET") + b"GET /x",
        _ANY_REFUSAL,
        linger=0.3,
    ),
    Case(
        6,
        "an upgrade to h2c, with HTTP/2 behind it",
        _h2c,
        Expected((400, 401, HUNG_UP), check=_not_upgraded, words="and no upgrade"),
        linger=0.5,
    ),
    Case(6, "HTTP/0.9", lambda s: f"GET {s.protected}\r\n\r\n".encode(), NOT_UNDERSTOOD),
    Case(6, "HTTP/1.0 without Host", lambda s: f"GET {s.protected} HTTP/1.0\r\n\r\n".encode(), NOT_UNDERSTOOD),
    Case(6, "HTTP/9.9", lambda s: s.request().replace(b"HTTP/1.1", b"HTTP/9.9"), NOT_UNDERSTOOD),
    Case(6, "a method in small letters", lambda s: s.request(method="get"), NOT_UNDERSTOOD),
    Case(6, "an unknown method", lambda s: s.request(method="PROPFIND"), NOT_UNDERSTOOD),
    Case(
        6,
        "TRACE",
        lambda s: s.request(("X-Probe", "echo-me"), method="TRACE"),
        Expected((400, 401, 405, 501), absent=(MARK, "echo-me")),
    ),
    Case(6, "CONNECT", lambda s: s.request(method="CONNECT", target="127.0.0.1:22"), NOT_UNDERSTOOD),
    Case(32, "HEAD without a credential", lambda s: s.request(method="HEAD"), Expected((401,))),
    Case(
        6,
        "two requests in one write, the second forged",
        lambda s: s.request() + s.request(("X-User-Id", MARK)),
        Expected((401,), check=_second_is_no_success, words="twice"),
        linger=0.3,
    ),
    Case(
        6,
        "a request in two halves, cut within a header's name",
        lambda s: tuple(s.request(("X-User-Id", MARK)).split(b"User", 1)),
        REFUSED,
    ),
)
