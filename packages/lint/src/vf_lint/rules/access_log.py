"""Rules for Traefik's access log."""

from collections.abc import Iterator

from ..configuration import Configuration, Options, Route
from ..expectations import Expectations
from ..findings import Finding, Rule, Severity

CREDENTIALS = Rule(
    "access-log-credentials",
    "The access log records credentials",
    "Anyone who can read the log, its backups or its collector can sign in as any user in it.",
    "Set accessLog.fields.headers.defaultMode to drop (or redact) and don't keep Authorization, Cookie or Set-Cookie.",
)
IDENTITY = Rule(
    "access-log-identity",
    "The access log records X-User-* headers of the request",
    "The log would show a client's forged value as the user. The assertion is a credential for up to a minute.",
    "Keep only X-User-Id, and delete the client's own on each entry point, so that the log contains gateway-auth's "
    "value. Don't use ClientUsername (headerField): anyone can set it on public routes and in denials, with "
    "http://name@host/.",
)
_USER_ID = "x-user-id"
_SECRET = ("authorization", "cookie", "set-cookie", "proxy-authorization")


def credentials(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find credential headers that are logged by name or by default."""
    kept = [name for name in _SECRET if _mode(configuration, name) == "keep"]
    if kept:
        yield Finding(CREDENTIALS, "accessLog.fields.headers", f"keeps {', '.join(kept)}")


def identity(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find identity headers that are logged by name, except a user ID that no client can have written."""
    kept = [name for name, mode in _names(configuration).items() if name.startswith("x-user-") and mode == "keep"]
    published = [
        route for route in configuration.routes() if route.entry_point not in expectations.internal_entry_points
    ]
    if kept == [_USER_ID] and all(map(_deletes_user_id, published)):
        return
    if kept:
        yield Finding(IDENTITY, "accessLog.fields.headers", f"keeps {', '.join(kept)}", Severity.WARNING)


CHECKS = ((CREDENTIALS, credentials), (IDENTITY, identity))


def _deletes_user_id(route: Route) -> bool:
    """Return True if a ``headers`` middleware deletes the user ID: a denial by ForwardAuth deletes nothing."""
    deleted = (middleware.options.get("customRequestHeaders") or {} for middleware in route.of_kind("headers"))
    return any(value == "" and name.lower() == _USER_ID for names in deleted for name, value in names.items())


def _mode(configuration: Configuration, name: str) -> str:
    return _names(configuration).get(name, str(_headers(configuration).get("defaultMode", "drop")))


def _names(configuration: Configuration) -> dict[str, str]:
    return {name.lower(): str(mode) for name, mode in (_headers(configuration).get("names") or {}).items()}


def _headers(configuration: Configuration) -> Options:
    log = (configuration.static or {}).get("accessLog") or {}
    return ((log.get("fields") if isinstance(log, dict) else None) or {}).get("headers") or {}
