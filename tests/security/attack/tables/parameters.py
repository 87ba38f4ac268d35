"""Parameters that may become part of a header or a file name (row 52)."""

from functools import partial
from urllib.parse import quote

from ..case import Case, Expected
from ..situation import MARK, Situation
from ..wire import Reply

VALUES = (
    "\n",
    "\0",
    "\r\n",
    "\x7f",
    "\N{LINE SEPARATOR}",
    f'x";filename={MARK}.html',
    f"x\r\nX-Injected: {MARK}",
    f"\r\n\r\n{MARK}",
    f"\"\\\"; filename*=UTF-8''{MARK}.html",
    f"../../{MARK}",
    "\N{FULLWIDTH QUOTATION MARK}\N{RIGHT-TO-LEFT OVERRIDE}",
    "x" * 3_000,
)

PARAMETERS = (
    ("/api/schema/", "version"),
    ("/api/schema/", "lang"),
    ("/api/schema/", "format"),
    ("/api/docs/", "version"),
    ("/api/docs/", "lang"),
    ("/api/docs/", "script"),
    ("/api/billing/schema/", "version"),
    ("/api/inventory/schema/", "version"),
    ("/api/auth/continue/", "next"),
    ("/accounts/login/", "next"),
    ("/accounts/login/", "switch"),
    ("/dashboard/", "next"),
    ("/", "lang"),
    ("/static/css/theme.css", "v"),
)

SIGNED_IN_PARAMETERS = (
    ("/api/billing/transactions/", "status"),
    ("/api/billing/transactions/", "page"),
    ("/api/billing/transactions/", "page_size"),
    ("/api/billing/transactions/", "format"),
    ("/api/billing/schema/", "version"),
    ("/api/billing/schema/", "format"),
    ("/api/inventory/items/", "search"),
    ("/api/inventory/items/", "ordering"),
    ("/api/inventory/items/", "in_stock"),
    ("/api/inventory/schema/", "version"),
    ("/api/profile/", "format"),
)


def headers_are_clean(reply: Reply, _: Situation) -> str:
    """Check that no header contains the parameter, except a redirect's target, where it is encoded."""
    for name, value in reply.headers:
        if MARK in name or "\x00" in name + value or any(ord(character) < 32 for character in value):
            return f"a header {name!r} that the parameter made"
        if MARK in value and name.lower() != "location":
            return f"the header {name} holds the parameter"
        if name.lower() == "content-disposition" and value.lower().count("filename") != 1:
            return f"the header {name} is {value!r}"
    return "a second answer" if reply.rest else ""


_CLEAN = Expected(
    (200, 302, 303, 400, 401, 404, 406, 414, 431), absent=(), check=headers_are_clean, words="and no header holds it"
)


def _ask(s: Situation, path: str, parameter: str, value: str, signed_in: bool) -> bytes:
    lines = [s.bearer] if signed_in else []
    return s.request(*lines, target=f"{path or s.protected}?{parameter}={quote(value, safe='')}")


def _case(path: str, parameter: str, value: str, *, signed_in: bool) -> Case:
    where = path or "the protected path"
    return Case(
        52,
        f"{where}?{parameter}={ascii(value)[1:50]}{', signed in' if signed_in else ''}",
        partial(_ask, path=path, parameter=parameter, value=value, signed_in=signed_in),
        _CLEAN,
        signed_in=signed_in,
        full=bool(path),
    )


CASES = (
    *(_case("", name, value, signed_in=False) for name in ("version", "format") for value in VALUES),
    *(_case(path, name, value, signed_in=False) for path, name in PARAMETERS for value in VALUES),
    *(_case(path, name, value, signed_in=True) for path, name in SIGNED_IN_PARAMETERS for value in VALUES),
    *(
        Case(
            52,
            f"X-Request-Id of {value!r}",
            lambda s, value=value: s.request(("X-Request-Id", value), target="/api/schema/"),  # type: ignore[misc]
            _CLEAN,
            full=True,
        )
        for value in (f'"{MARK}"', f"{MARK};a=b", f"{MARK} {MARK}", "a" * 300)
    ),
)
