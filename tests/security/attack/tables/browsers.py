"""Requests that another site can make a browser send (rows 29 to 32)."""

from functools import partial

from ..case import DENIED, Case, Expected
from ..situation import Situation
from ..wire import Reply, exchange

FOREIGN_ORIGINS = (
    "https://evil.test",
    "null",
    "https://{base}.evil.test",
    "https://x{base}",
    "https://{base}:444",
    "{origin}.evil.test",
    "{origin}/",
    "{origin}@evil.test",
    "https://evil.test/{origin}",
    "{ORIGIN}x",
    "file://",
    "{origin} https://evil.test",
    "https://{base}%2eevil.test",
    "chrome-extension://abc",
    "https://sub.evil.{base}",
)


def _origin(s: Situation, form: str) -> str:
    return form.format(base=s.base_domain, origin=s.origin, ORIGIN=s.origin.upper())


def _no_cors(reply: Reply, s: Situation) -> str:
    if reply.every("Access-Control-Allow-Origin"):
        return f"Access-Control-Allow-Origin: {reply.header('Access-Control-Allow-Origin')}"
    varies = "origin" in ",".join(reply.every("Vary")).lower()
    return "" if varies or not _has_cors(s) else "Vary lacks Origin"


def _has_cors(s: Situation) -> bool:
    """Return True if CORS applies. If no origin is ever allowed, responses don't vary, and a cache may keep them."""
    return bool(exchange(s.endpoint, s.request(("Origin", s.origin))).every("Access-Control-Allow-Origin"))


def _cors(reply: Reply, s: Situation) -> str:
    allowed = reply.every("Access-Control-Allow-Origin")
    if allowed != [s.origin]:
        return f"Access-Control-Allow-Origin: {allowed}"
    return "" if reply.header("Access-Control-Allow-Credentials") == "true" else "no Allow-Credentials"


def _from(s: Situation, form: str) -> bytes:
    return s.request(("Origin", _origin(s, form)))


def _preflight(s: Situation, form: str) -> bytes:
    asked = (("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization"))
    return s.request(("Origin", _origin(s, form)), *asked, method="OPTIONS")


_WITHOUT_CORS = Expected(
    (200, 204, 400, 401, 403), check=_no_cors, words="no Access-Control-Allow-Origin; Vary: Origin where there is CORS"
)
_WITH_CORS = Expected((401,), check=_cors, words="with CORS headers")
_FORBIDDEN = Expected((403,))

_FOREIGN_SENDERS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("a foreign Origin", (("Origin", "https://evil.test"),)),
    ("Origin: null", (("Origin", "null"),)),
    ("Sec-Fetch-Site: cross-site", (("Sec-Fetch-Site", "cross-site"),)),
    ("Sec-Fetch-Site: same-site without an Origin", (("Sec-Fetch-Site", "same-site"),)),
    (
        "a foreign Origin and Sec-Fetch-Site: cross-site",
        (("Origin", "https://evil.test"), ("Sec-Fetch-Site", "cross-site")),
    ),
    ("an Origin that begins like ours", (("Origin", "https://vfservices.localhost.evil.test"),)),
    ("a Sec-Fetch-Site with an unknown value", (("Sec-Fetch-Site", "Same-Origin"),)),
    ("X-Forwarded-Method: GET and a foreign Origin", (("Origin", "https://evil.test"), ("X-Forwarded-Method", "GET"))),
    ("a method override and a foreign Origin", (("Origin", "https://evil.test"), ("X-Http-Method-Override", "GET"))),
)
_BODIES = (
    ("form", "application/x-www-form-urlencoded", b"amount=1"),
    ("text/plain JSON", "text/plain", b'{"amount": 1, "x": "='),
    ("multipart", "multipart/form-data; boundary=x", b"--x--"),
)


def _post(s: Situation, lines: tuple[tuple[str, str], ...], kind: str, body: bytes, method: str = "POST") -> bytes:
    return s.request(s.cookie, *lines, ("Content-Type", kind), method=method, body=body)


def _handshake(s: Situation, origin: str | None) -> bytes:
    lines = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]
    if origin is not None:
        lines.append(("Origin", origin))
    return s.request(s.cookie, *lines)


CASES = (
    *(
        Case(
            29,
            f"a request with Origin: {form}",
            partial(_from, form=form),
            _WITHOUT_CORS,
        )
        for form in FOREIGN_ORIGINS
    ),
    *(
        Case(29, f"a preflight with Origin: {form}", partial(_preflight, form=form), _WITHOUT_CORS)
        for form in FOREIGN_ORIGINS
    ),
    Case(
        29,
        "two Origins, the first ours",
        lambda s: s.request(("Origin", s.origin), ("Origin", "https://evil.test")),
        Expected((200, 400, 401, 403), absent=("Access-Control-Allow-Origin: https://evil.test",)),
    ),
    Case(30, "a denial to our own origin", lambda s: s.request(("Origin", s.origin)), _WITH_CORS, full=True),
    Case(
        30,
        "an invalid token from the platform's origin",
        lambda s: s.request(("Origin", s.origin), ("Authorization", "Bearer a.b.c")),
        _WITH_CORS,
        full=True,
    ),
    *(
        Case(
            31,
            f"a cross-site {words} POST with {sender}",
            partial(_post, lines=lines, kind=kind, body=body),
            _FORBIDDEN,
            signed_in=True,
        )
        for words, kind, body in _BODIES
        for sender, lines in _FOREIGN_SENDERS
    ),
    *(
        Case(
            31,
            f"a cross-site {method}",
            partial(_post, lines=(("Origin", "https://evil.test"),), kind="text/plain", body=b"", method=method),
            _FORBIDDEN,
            signed_in=True,
        )
        for method in ("PUT", "PATCH", "DELETE")
    ),
    *(
        Case(
            31,
            f"a WebSocket handshake with Origin: {origin}",
            partial(_handshake, origin=origin),
            _FORBIDDEN,
            signed_in=True,
        )
        for origin in ("https://evil.test", "null")
    ),
    Case(32, "a plain OPTIONS", lambda s: s.request(method="OPTIONS"), DENIED),
    Case(
        32,
        "OPTIONS with an Origin, but no preflight",
        lambda s: s.request(("Origin", s.origin), method="OPTIONS"),
        DENIED,
    ),
    Case(
        32,
        "OPTIONS that asks for a method, but has no Origin",
        lambda s: s.request(("Access-Control-Request-Method", "GET"), method="OPTIONS"),
        Expected((200, 204, 401)),
    ),
    Case(
        32,
        "GET with the headers of a preflight",
        lambda s: s.request(("Origin", s.origin), ("Access-Control-Request-Method", "GET")),
        DENIED,
    ),
)
