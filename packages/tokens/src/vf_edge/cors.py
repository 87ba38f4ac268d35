"""Headers that cross-origin scripts may use: one list for Traefik's ``cors`` middleware and for direct mode."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from vf_runtime import Environment, SettingError

METHODS = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")

ALLOWED_HEADERS = (
    *("accept", "accept-encoding", "accept-language", "authorization", "content-type", "content-language"),
    *("cache-control", "dnt", "origin", "user-agent", "x-csrftoken", "x-requested-with", "idempotency-key"),
    *("if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "range", "prefer"),
    *("baggage", "traceparent", "tracestate"),  # W3C Trace Context
    *("hx-boosted", "hx-current-url", "hx-history-restore-request", "hx-prompt", "hx-request"),  # htmx's
    *("hx-target", "hx-trigger", "hx-trigger-name"),
)
"""Request headers that a script may set (Fetch Standard, "CORS-unsafe request-header names")."""

EXPOSED_HEADERS = (
    *("Accept-Ranges", "Content-Disposition", "Content-Range", "Deprecation", "ETag", "Idempotency-Replayed", "Link"),
    *("Location", "RateLimit", "RateLimit-Policy", "Retry-After", "Server-Timing", "Sunset", "WWW-Authenticate"),
    *("X-Answer-For", "X-Request-Id", "X-Total-Count"),
    *("HX-Location", "HX-Push-Url", "HX-Redirect", "HX-Refresh", "HX-Replace-Url", "HX-Reselect", "HX-Reswap"),
    *("HX-Retarget", "HX-Trigger", "HX-Trigger-After-Settle", "HX-Trigger-After-Swap"),
)
"""Response headers that a script may read, in addition to the seven that the Fetch Standard lists as safe."""

PREFLIGHT_SECONDS = 600
"""Seconds for which a browser may cache the response to a preflight request."""

_NAME = re.compile(r"[A-Za-z0-9!#$%&'+.^_`|~-]{1,64}")  # RFC 9110 §5.6.2 without "*", the wildcard

_NEVER = re.compile(
    r"cookie2?|set-cookie2?|host|connection|content-length|transfer-encoding|te|trailer|upgrade|forwarded"
    r"|x[-_.~](?:user|forwarded|original|auth[-_.~]request)(?:[-_.~].*)?|(?:x[-_.~])?remote[-_.~].*|x[-_.~]real[-_.~]ip"
    r"|(?:access[-_.~]control|sec|proxy)(?:[-_.~].*)?|x[-_.~]http[-_.~]method[-_.~]override",
    re.IGNORECASE,
)
"""Headers for identity and credentials, and those that only a browser or proxy may set, in the spellings that servers
confuse.
"""

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
"""The form that browsers send (RFC 6454 §6.2): lowercase, no path, and never a pattern."""


def extra_origins(environment: Environment) -> tuple[str, ...]:
    """Return the origins in ``VF_CORS_EXTRA_ORIGINS``. Raises :class:`SettingError`."""
    origins = environment.words("VF_CORS_EXTRA_ORIGINS")
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise SettingError(
                f"VF_CORS_EXTRA_ORIGINS has {origin!r}: it must contain origins such as https://app.example"
            )
        if environment.production and not origin.startswith("https://"):
            raise SettingError(f"VF_CORS_EXTRA_ORIGINS has {origin!r}: production allows https:// only")
    return origins


def origins_of_hosts(hosts: Iterable[str], *, production: bool, http_port: int, https_port: int) -> set[str]:
    """Origins of ``hosts`` as a browser writes them (RFC 6454 §6.2): https always, http in development."""
    schemes = {"https": https_port} if production else {"https": https_port, "http": http_port}
    default = {"http": 80, "https": 443}
    return {
        f"{scheme}://{host}" if port == default[scheme] else f"{scheme}://{host}:{port}"
        for host in hosts
        for scheme, port in schemes.items()
    }


@dataclass(frozen=True, slots=True)
class CorsHeaders:
    """The default header names and those that the installation adds."""

    allowed: tuple[str, ...] = ALLOWED_HEADERS
    exposed: tuple[str, ...] = EXPOSED_HEADERS

    @classmethod
    def from_environment(cls, environment: Environment) -> Self:
        """Read the added names. Raises :class:`SettingError`."""
        return cls(
            allowed=_with_more(ALLOWED_HEADERS, _names(environment, "VF_CORS_ALLOWED_HEADERS")),
            exposed=_with_more(EXPOSED_HEADERS, _names(environment, "VF_CORS_EXPOSED_HEADERS")),
        )


def cors_middleware(origins: Iterable[str], names: CorsHeaders) -> dict[str, Any]:
    """Return Traefik's dynamic configuration of the ``cors`` middleware, as its HTTP provider reads it."""
    headers = {
        "accessControlAllowOriginList": sorted(origins),
        "accessControlAllowCredentials": True,
        "accessControlAllowMethods": list(METHODS),
        "accessControlAllowHeaders": list(names.allowed),
        "accessControlExposeHeaders": list(names.exposed),
        "accessControlMaxAge": PREFLIGHT_SECONDS,
        "addVaryHeader": True,
    }
    return {"http": {"middlewares": {"cors": {"headers": headers}}}}


def _names(environment: Environment, variable: str) -> tuple[str, ...]:
    names = environment.words(variable)
    for name in names:
        if not _NAME.fullmatch(name):
            raise SettingError(f"{variable} has {name[:80]!r}: it must contain header names such as X-Tenant")
        if _NEVER.fullmatch(name):
            raise SettingError(f"{variable} has {name!r}: pages of other origins must never get it")
    return names


def _with_more(usual: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """Return the names without duplicates, in any letter case."""
    names: dict[str, str] = {}
    for name in (*usual, *more):
        names.setdefault(name.lower(), name)
    return tuple(names.values())
