"""Targets to which a sign-in might be made to redirect (row 33)."""

from functools import partial
from urllib.parse import quote, urljoin, urlsplit

from ..case import Case, Expected
from ..situation import MARK, Situation
from ..wire import Reply

TARGETS = (
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/%09/evil.test",
    "https:evil.test",
    "https:/evil.test",
    "https:///evil.test",
    "http:evil.test",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "https://{base}@evil.test",
    "https://{base}:x@evil.test",
    "https://{base}.evil.test",
    "https://evil.test/{base}",
    "https://evil.test#{base}",
    "https://evil.test?{base}",
    "https://evil.test\\.{base}",
    " https://evil.test",
    "\x00https://evil.test",
    "/x\r\nSet-Cookie: jwt=" + MARK,
    "/x\r\n\r\n" + MARK,
    "//evil.test:80/",
    "https://x{base}",
    "//{base}@evil.test",
    "/.//evil.test",
    "/..//evil.test",
    "/%5cevil.test",
    "/;//evil.test",
    "./evil",
    "https://{base}\N{FULLWIDTH SOLIDUS}.evil.test",
    "https://evil.test\N{IDEOGRAPHIC FULL STOP}{base}",
    "//evil%E3%80%82test",
    "https://[::1]/",
    "https://2130706433/",
    "ftp://{base}/",
    "https://{base}%00.evil.test",
    "/" + "a" * 5_000,
)


def inside(location: str, s: Situation) -> bool:
    """Return True if a browser that follows ``location`` stays within the target's domain."""
    target = urlsplit(urljoin(s.origin + "/", location))
    host = (target.hostname or "").rstrip(".")
    plain = not any(mark in location for mark in "\\\r\n\t\0 ") and not location.startswith("//")
    return (
        plain and target.scheme in ("http", "https") and (host == s.base_domain or host.endswith("." + s.base_domain))
    )


def _stays_inside(reply: Reply, s: Situation) -> str:
    location = reply.header("Location")
    if reply.every("Set-Cookie") and MARK in str(reply.every("Set-Cookie")):
        return "a cookie was set by the target"
    return "" if not location or inside(location, s) else f"Location: {location}"


_INSIDE = Expected((200, 302, 303, 400, 414), absent=(), check=_stays_inside, words="and stays inside")


def _ask(s: Situation, path: str, target: str) -> bytes:
    return s.request(
        ("Accept", "text/html"), target=f"{path}?next={quote(target.format(base=s.base_domain), safe='%')}"
    )


def _navigate(s: Situation, target: str) -> bytes:
    return s.request(("Accept", "text/html"), target=target, host=f"traefik.{s.authority}")


CASES = (
    *(
        Case(
            33,
            f"{path}?next={ascii(target)[1:60]}",
            partial(_ask, path=path, target=target),
            _INSIDE,
            full=True,
        )
        for path in ("/api/auth/continue/", "/accounts/login/")
        for target in TARGETS
    ),
    *(
        Case(
            33,
            f"a page load of {target!r} at the dashboard",
            partial(_navigate, target=target),
            Expected((301, 302, 307, 308, 400, 404), absent=(), check=_stays_inside, words="and stays inside"),
            full=True,
        )
        for target in (
            "/dashboard//evil.test",
            "/dashboard/?next=//evil.test",
            "//evil.test/dashboard/",
            "/api//evil.test",
        )
    ),
    Case(
        33,
        "two next parameters",
        lambda s: s.request(target="/api/auth/continue/?next=/&next=//evil.test"),
        _INSIDE,
        full=True,
    ),
    Case(
        33,
        "next in a Host of another place",
        lambda s: s.request(target="/api/auth/continue/?next=/", host=f"{MARK}.test"),
        Expected((400, 404)),
        full=True,
    ),
)
