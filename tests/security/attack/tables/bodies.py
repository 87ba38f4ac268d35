"""Codecs that a client names: in ``charset``, in extended parameters, and by the bytes themselves (row 46)."""

import bz2
import zlib
from functools import partial

from ..case import Case, Expected
from ..situation import MARK, Line, Situation

CODECS = (
    "bz2",
    "zlib",
    "hex",
    "base64",
    "uu",
    "rot13",
    "punycode",
    "idna",
    "undefined",
    "unicode_escape",
    "raw_unicode_escape",
    "utf-7",
    "utf-16",
    "utf-32",
    "latin-1",
    "cp037",
    "no-such-codec",
    "../../x",
)

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"

BOMB = bz2.compress(b" " * 1_000_000) * 10
"""10 MB of spaces in under a kilobyte."""

BODIES = (
    ("JSON", JSON, b'{"username": "a", "password": "b"}'),
    ("a form", FORM, b"username=a&password=b"),
    ("a form with parts", MULTIPART, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--b--\r\n'),
    ("a bz2 bomb as JSON", JSON, BOMB),
    ("65 KB of punycode as JSON", JSON, b"a-" + b"9" * 65_000),
)

MALFORMED = (
    f"text/plain; charset*=undefined''{MARK}",
    f"text/plain; a*=no-such-codec''{MARK}",
    "text/plain; a*0=bz; a*1*=2''x",
    f"application/json; charset*={MARK}''bz2",
    f"text/plain; a*{'9' * 5_000}*=utf-8''a",
    "text/plain; a*=;a*0=",
    "application/json; charset=utf-8; charset=bz2",
    'application/json; charset="bz2',
    "multipart/form-data; boundary*=hex''00",
    ";charset=hex",
)

PAGES = ("/", "/accounts/login/", "/api/docs/", "/api/schema/", "/.well-known/jwks.json")
SIGN_IN = ("/api/auth/login/", "/api/auth/refresh/", "/api/auth/logout/")

SIGNED_IN = ("/api/billing/summary/", "/api/billing/transactions/", "/api/inventory/items/", "/api/profile/")

_REFUSED = Expected((400, 401, 403, 413, 415, 429, 431), words="never decoded")
_IGNORED = Expected((200, 302, 400, 401, 403, 404, 405, 415, 431), words="ignored or refused")


def _ask(s: Situation, path: str, kind: str, method: str, body: bytes | None, *lines: Line) -> bytes:
    """Send a secret in the query, which no response may contain; a test searches the logs for it."""
    target = f"{path or s.protected}?token={MARK}"
    return s.request(("Content-Type", kind), *lines, method=method, target=target, body=body)


def _case(words: str, path: str, kind: str, method: str, body: bytes | None, expected: Expected, *lines: Line) -> Case:
    where = path or "the protected path"
    return Case(
        46,
        f"{words} to {where}",
        lambda s: _ask(s, path, kind, method, body, *lines),
        expected,
        full=bool(path),
    )


def _signed_in(s: Situation, path: str, method: str, codec: str) -> bytes:
    kind: Line = ("Content-Type", f"{JSON}; charset={codec}")
    body = b"{}" if method == "POST" else None
    return s.request(s.bearer, kind, method=method, target=f"{path}?token={MARK}", body=body)


CASES = (
    *(
        _case(f"{words} with charset {codec}", path, f"{kind}; charset={codec}", "POST", body, _REFUSED)
        for path, bodies in (("", BODIES[:1]), ("/api/auth/login/", BODIES))
        for codec in CODECS
        for words, kind, body in bodies
    ),
    *(
        _case(f"JSON with charset {codec}", path, f"{JSON}; charset={codec}", "POST", b"{}", _IGNORED)
        for path in SIGN_IN[1:]
        for codec in ("bz2", "hex", "undefined", "latin-1")
    ),
    *(
        _case(f"no body, and charset {codec}", path, f"text/plain; charset={codec}", "GET", None, _IGNORED)
        for path in ("", *PAGES)
        for codec in CODECS
    ),
    *(
        _case(f"a {method} of type {kind[:50]!r}", path, kind, method, body, _IGNORED)
        for path in ("", "/", "/api/auth/login/", "/api/docs/")
        for kind in MALFORMED
        for method, body in (("GET", None), ("POST", b"{}"))
    ),
    *(
        _case(f"Accept with {parameter!r}", path, JSON, "GET", None, _IGNORED, ("Accept", f"text/html; {parameter}"))
        for path in ("", "/", "/api/schema/")
        for parameter in (f"a*=undefined''{MARK}", f"a*=no-such-codec''{MARK}", "a*0=bz; a*1*=2''x", "a*=;a*0=")
    ),
    *(
        _case(f"Accept-Charset {codec}", path, JSON, "GET", None, _IGNORED, ("Accept-Charset", codec))
        for path in ("", "/", "/api/schema/")
        for codec in ("bz2", "undefined")
    ),
    *(
        _case(f"a file name in {codec}", path, MULTIPART, "POST", body.encode(), _IGNORED, ("Cookie", "csrftoken=a"))
        for path in ("/", "/accounts/login/")
        for codec in ("bz2", "undefined", "no-such-codec")
        for body in (f"--b\r\nContent-Disposition: form-data; name=a; filename*={codec}''x\r\n\r\nb\r\n--b--\r\n",)
    ),
    *(
        _case(
            f"a body with Content-Encoding {encoding}",
            "/api/auth/login/",
            JSON,
            "POST",
            zlib.compress(b"{}"),
            _REFUSED,
            ("Content-Encoding", encoding),
        )
        for encoding in ("deflate", "gzip", "br", "no-such-coding")
    ),
    *(
        Case(
            46,
            f"signed in, {method} with charset {codec} to {path}",
            partial(_signed_in, path=path, method=method, codec=codec),
            Expected((200, 405, 415), absent=(), words="ignored or refused"),  # a list links to its next page
            signed_in=True,
            full=True,
        )
        for path in SIGNED_IN
        for codec in ("bz2", "hex", "undefined", "punycode", "no-such-codec")
        for method in ("GET", "POST")
    ),
    *(
        Case(
            46,
            f"signed in, a new password with charset {codec}",
            partial(_signed_in, path="/api/auth/password/", method="POST", codec=codec),
            Expected((415,)),
            signed_in=True,
            full=True,
        )
        for codec in CODECS
    ),
    *(
        _case(f"JSON in {codec} without a word about it", "/api/auth/login/", JSON, "POST", body, _REFUSED)
        for codec in ("utf-16", "utf-32", "utf-8-sig")
        for body in ('{"username": "a", "password": "b"}'.encode(codec),)
    ),
)
