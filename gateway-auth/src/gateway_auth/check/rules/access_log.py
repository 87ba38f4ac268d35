"""What Traefik writes down of a request."""

from collections.abc import Iterator

from ..configuration import Configuration, Options
from ..expectations import Expectations
from ..findings import Finding, Rule, Severity

CREDENTIALS = Rule(
    "access-log-credentials",
    "The access log records credentials",
    "Whoever reads the log, its backups or its collector signs in as every user in it.",
    "Set accessLog.fields.headers.defaultMode to drop (or redact) and do not keep Authorization, Cookie or Set-Cookie.",
)
IDENTITY = Rule(
    "access-log-identity",
    "The access log records X-User-* of the request",
    "A client's own forged value is written down as if it were the user; the assertion is a credential for a minute.",
    "Use the ForwardAuth's headerField, which is filled from gateway-auth's answer.",
)
_SECRET = ("authorization", "cookie", "set-cookie", "proxy-authorization")


def credentials(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Credential headers that are kept by name or by default."""
    kept = [name for name in _SECRET if _mode(configuration, name) == "keep"]
    if kept:
        yield Finding(CREDENTIALS, "accessLog.fields.headers", f"keeps {', '.join(kept)}")


def identity(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Identity headers that are kept by name."""
    kept = [name for name, mode in _names(configuration).items() if name.startswith("x-user-") and mode == "keep"]
    if kept:
        yield Finding(IDENTITY, "accessLog.fields.headers", f"keeps {', '.join(kept)}", Severity.WARNING)


CHECKS = ((CREDENTIALS, credentials), (IDENTITY, identity))


def _mode(configuration: Configuration, name: str) -> str:
    return _names(configuration).get(name, str(_headers(configuration).get("defaultMode", "drop")))


def _names(configuration: Configuration) -> dict[str, str]:
    return {name.lower(): str(mode) for name, mode in (_headers(configuration).get("names") or {}).items()}


def _headers(configuration: Configuration) -> Options:
    log = (configuration.static or {}).get("accessLog") or {}
    return ((log.get("fields") if isinstance(log, dict) else None) or {}).get("headers") or {}
