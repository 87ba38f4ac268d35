"""Paths that the proxy and the service may read differently (row 11)."""

from functools import partial

from ..case import Case, Expected
from ..situation import MARK, Situation
from ..wire import Reply

_ALIASES = ("/static/", "/api/auth/login/", "/api/auth/continue/", "/api/docs/", "/api/schema/", "/.well-known/")
_PUBLIC_STARTS = (*_ALIASES, *(start.replace("/api/", "/api/v1/") for start in _ALIASES if start.startswith("/api/")))
_STEPS_OUT = (
    "../",
    "%2e%2e/",
    ".%2e/",
    "..%2f",
    "%2e%2e%2f",
    "..%5c",
    "..\\",
    "..;/",
    "..%00/",
    "..%252f",
    "..//",
    "%252e%252e/",
)

DISGUISES = (
    "//api/profile/",
    "/api//profile/",
    "/api/./profile/",
    "/api/profile/.",
    "/api/x/../profile/",
    "/%61pi/profile/",
    "/api/%70rofile/",
    "/%2fapi/profile/",
    "/api%2fprofile/",
    "/api%252fprofile/",
    "/api\\profile/",
    "/api%5cprofile/",
    "/api/profile%00/",
    "/api/profile/%00",
    "/api;x/profile/",
    "/api/profile/;x=1",
    "/api/profile;/",
    "/API/profile/",
    "/api/profile/%20",
    "/api/profile/%0a",
    "/api/%2e/profile/",
    "/api/\N{FULLWIDTH LATIN SMALL LETTER P}rofile/",
    "/api/profile/%c0%af",
    "/api/profile/%ff",
    "/api/v1//profile/",
    "/api/v1/../profile/",
    "/api/v1/./profile/",
    "/api/v1%2fprofile/",
    "/api/%76%31/profile/",
    "/api/V1/profile/",
    "/api/v1;x/profile/",
)
"""Other spellings of a protected path."""

INTERNAL = (
    "/metrics",
    "/healthz",
    "/readyz",
    "//metrics",
    "/%6detrics",
    "/./metrics",
    "/x/../metrics",
    "/static/../metrics",
    "/static/%2e%2e/metrics",
    "/metrics/",
    "/METRICS",
    "/metrics;x",
    "/metrics%00",
    "/metrics%20",
    "/metrics%0a",
    "/api/../metrics",
    "/api/billing/../../metrics",
    "/api/auth/login/../../../metrics",
    "/\\metrics",
    "/metrics?x=/static/",
)
"""Paths that a service serves only to its internal network."""


def traversals() -> tuple[str, ...]:
    """Build traversals from each public path to the protected profile."""
    return tuple(
        f"{start}{step * start.strip('/').count('/')}{step}{rest}"
        for start in _PUBLIC_STARTS
        for step in _STEPS_OUT
        for rest in ("api/profile/",)
    )


def _nothing_private(reply: Reply, s: Situation) -> str:
    """Check that no data and no external redirect is returned. A public page may be."""
    if b'"username"' in reply.body or b'"current_balance"' in reply.body:
        return f"got {reply.status} with private data"
    location = reply.header("Location")
    if location.startswith(("//", "\\", "http")) and not location.startswith(s.origin + "/"):
        return f"got a redirect to {location}"
    return ""


def _nothing_internal(reply: Reply, s: Situation) -> str:
    if b"# TYPE " in reply.body or b'"status": "ok"' in reply.body or b'"checks"' in reply.body:
        return f"got {reply.status} with internal facts"
    return _nothing_private(reply, s)


_OUTSIDE = Expected((200, 301, 302, 307, 308, 400, 401, 404, 405), check=_nothing_private, words="no private data")
_NOT_INTERNAL = Expected(
    (200, 301, 302, 307, 308, 400, 401, 404, 405), check=_nothing_internal, words="nothing internal"
)
_REFUSED_OR_GONE = Expected((301, 302, 307, 308, 400, 401, 404), check=_nothing_private, words="no private data")


def _around(s: Situation, wrap: str) -> bytes:
    return s.request(target=wrap.format(path=s.protected, rest=s.protected[1:]))


def _plainly(s: Situation, path: str) -> bytes:
    return s.request(target=path)


_OWN_PATH = (
    ("a slash more before it", "/{path}"),
    ("a dot segment before it", "/.{path}"),
    ("a detour by ..", "/static/..{path}"),
    ("a detour by %2e%2e", "/static/%2e%2e{path}"),
    ("a detour by ..%2f", "/static/..%2f{rest}"),
    ("a detour by ..;", "/static/..;{path}"),
    ("a query that is a public path", "{path}?/static/"),
    ("a matrix parameter behind it", "{path};.css"),
    ("an encoded question mark", "{path}%3f.css"),
    ("an encoded NUL", "{path}%00.css"),
    ("an encoded CRLF", "{path}%0d%0aX-User-Id:" + MARK),
)

CASES = (
    *(
        Case(11, f"the protected path with {words}", partial(_around, wrap=wrap), _REFUSED_OR_GONE)
        for words, wrap in _OWN_PATH
    ),
    *(
        Case(11, f"{path} without a credential", partial(_plainly, path=path), _OUTSIDE, full=True)
        for path in (*DISGUISES, *traversals())
    ),
    *(Case(11, f"{path} from outside", partial(_plainly, path=path), _NOT_INTERNAL, full=True) for path in INTERNAL),
)
