"""Rules for CORS: which origins may read responses, and where that is decided."""

import re
from collections.abc import Iterator

from ..configuration import Configuration, Middleware, Options
from ..expectations import Expectations
from ..findings import Finding, Rule
from ..gateway import asks_gateway

BEHIND = Rule(
    "cors-behind-auth",
    "CORS comes after ForwardAuth",
    "Preflight requests carry no credential, so each gets a 401 and no page of another origin works. Denials have no "
    "CORS headers, so scripts can't read the reason.",
    "Place the cors middleware before the ForwardAuth: [cors, auth].",
)
WILDCARD = Rule(
    "cors-wildcard",
    "Every origin may read responses with credentials",
    "Any page on the internet can read a signed-in visitor's data. A sandboxed frame of any page has the origin null.",
    "List the origins, or use the cors@http middleware that gateway-auth keeps current.",
)
UNANCHORED = Rule(
    "cors-unanchored",
    "A pattern of origins matches unintended origins",
    "https://your-domain.evil.test or https://evilyour-domain can read a signed-in visitor's data.",
    r"Begin the pattern with ^https:// , escape every dot (\.), and end it with $.",
)
_NAME = re.compile(r"[a-z0-9-]+(?:\\?\.[a-z0-9-]+)+")
"""A domain in a pattern, with or without escaped dots."""
_LIST, _PATTERNS = "accessControlAllowOriginList", "accessControlAllowOriginListRegex"


def behind(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find routes on which a CORS middleware follows a call to gateway-auth."""
    seen: set[str] = set()
    for route in configuration.routes():
        asked = ""
        for middleware in route.middlewares:
            if asked and _is_cors(middleware) and route.router.name not in seen:
                seen.add(route.router.name)
                yield Finding(BEHIND, f"router {route.router.name}", f"{middleware.name} comes after {asked}")
            asked = middleware.name if asks_gateway(middleware) else asked


def wildcard(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find ``*``, or a pattern that matches everything, together with credentials."""
    for name, options in _with_credentials(configuration):
        for origin in {"*", "null"} & set(options.get(_LIST) or ()):
            yield Finding(WILDCARD, f"middleware {name}", f"{_LIST} has {origin}")
        for pattern in options.get(_PATTERNS) or ():
            if _matches_anything(pattern):
                yield Finding(WILDCARD, f"middleware {name}", f"the pattern {pattern} matches every origin")


def unanchored(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find patterns that match in the middle, or match other names that resemble the domain."""
    for name, options in _with_credentials(configuration):
        for pattern in options.get(_PATTERNS) or ():
            if _matches_anything(pattern):
                continue
            if not (pattern.startswith("^") and pattern.endswith("$")):
                yield Finding(UNANCHORED, f"middleware {name}", f"the pattern {pattern} is not anchored with ^ and $")
            elif alike := _lookalike(pattern, expectations.base_domain):
                yield Finding(UNANCHORED, f"middleware {name}", f"the pattern {pattern} matches {alike}")


CHECKS = ((BEHIND, behind), (WILDCARD, wildcard), (UNANCHORED, unanchored))


def _is_cors(middleware: Middleware) -> bool:
    return middleware.kind == "headers" and bool(middleware.options.get(_LIST) or middleware.options.get(_PATTERNS))


def _with_credentials(configuration: Configuration) -> Iterator[tuple[str, Options]]:
    for name, kinds in configuration.middlewares.items():
        headers = kinds.get("headers") or {}
        if headers.get("accessControlAllowCredentials"):
            yield name, headers


def _matches_anything(pattern: str) -> bool:
    return _matches(pattern, "https://some-other-site.invalid")


def _lookalike(pattern: str, base_domain: str) -> str | None:
    """Return an attacker's origin that the pattern matches, built from its names."""
    names = {base_domain, *(name.replace("\\", "") for name in _NAME.findall(pattern))}
    candidates = [
        origin
        for name in sorted(names)
        for origin in (f"https://x{name}", f"https://{name}.evil.test", f"https://{name.replace('.', 'x')}")
    ]
    return next((origin for origin in (*candidates, "null") if _matches(pattern, origin)), None)


def _matches(pattern: str, origin: str) -> bool:
    try:
        return re.search(pattern, origin) is not None
    except re.error:
        return False
