"""Rules for entry points: what they accept before routing."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from ..configuration import Configuration, EntryPoint
from ..expectations import Expectations
from ..findings import Finding, Rule, Severity

ALIASES = Rule(
    "entrypoint-aliases",
    "An entry point keeps header names with other separators",
    "X_User_Id, X.User.Id and X~User~Id pass along with X-User-Id, and WSGI servers read X_User_Id as X-User-Id.",
    "Set http.aliasHeadersStrategy to delete or reject.",
)
ENCODED = Rule(
    "entrypoint-encoded-characters",
    "An entry point accepts encoded reserved characters",
    "/public/..%2fsecret matches the rule of /public/, while the service reads /secret.",
    "Set every http.encodedCharacters.allow* to false. Traefik 3.7 allows all by default.",
)
FORWARDED = Rule(
    "entrypoint-trusts-forwarded",
    "An entry point trusts X-Forwarded-* or the PROXY protocol from too many IP addresses",
    "A client in that range can send the gateway a false host, scheme, path and IP address.",
    "Keep insecure at false, and limit trustedIPs to the exact IP addresses of the proxies in front.",
)
UNSANITIZED = Rule(
    "entrypoint-unsanitized-path",
    "An entry point does not resolve .. and // in paths",
    "/static/../api/orders/ matches the rule of /static/, and the service reads /api/orders/.",
    "Keep http.sanitizePath at true, the default.",
)
_TRAEFIKS_OWN = "traefik"
_WIDEST_PUBLIC_BITS = {4: 20, 6: 100}
"""A trusted range of a content delivery network has at most this many free bits; more is a typing error."""
_WIDEST_PRIVATE_BITS = {4: 16, 6: 80}


def aliases(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find any value except ``delete`` and ``reject``; the default is to keep."""
    for entry_point in _published(configuration, expectations):
        strategy = (entry_point.options.get("http") or {}).get("aliasHeadersStrategy", "keep")
        if strategy not in ("delete", "reject"):
            yield Finding(ALIASES, f"entry point {entry_point.name}", f"aliasHeadersStrategy is {strategy}")


def encoded(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find every encoded character that is allowed."""
    for entry_point in _published(configuration, expectations):
        if entry_point.encoded_allowed:
            yield Finding(ENCODED, f"entry point {entry_point.name}", ", ".join(entry_point.encoded_allowed))


def forwarded(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find ``insecure``, or trusted ranges that contain more than proxies."""
    for entry_point in _published(configuration, expectations):
        for section in ("forwardedHeaders", "proxyProtocol"):
            options = entry_point.options.get(section) or {}
            place = f"entry point {entry_point.name}"
            if options.get("insecure"):
                yield Finding(FORWARDED, place, f"{section}.insecure is true")
            for address in options.get("trustedIPs") or ():
                severity = _too_wide(address)
                if severity:
                    yield Finding(FORWARDED, place, f"{section}.trustedIPs has {address}", severity)


def unsanitized(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find a sanitization that is turned off."""
    for entry_point in _published(configuration, expectations):
        if (entry_point.options.get("http") or {}).get("sanitizePath") is False:
            yield Finding(UNSANITIZED, f"entry point {entry_point.name}", "sanitizePath is false")


CHECKS = ((ALIASES, aliases), (ENCODED, encoded), (FORWARDED, forwarded), (UNSANITIZED, unsanitized))


def _published(configuration: Configuration, expectations: Expectations) -> Iterator[EntryPoint]:
    for name, entry_point in (configuration.entry_points or {}).items():
        if name not in expectations.internal_entry_points and name != _TRAEFIKS_OWN:
            yield entry_point


def _too_wide(address: Any) -> Severity | None:
    """Return True for a range that is too wide. Public ranges have stricter limits than private networks, where a
    container may still be hostile.
    """
    try:
        network = ipaddress.ip_network(str(address), strict=False)
    except ValueError:
        return Severity.WARNING
    free_bits = network.max_prefixlen - network.prefixlen
    if network.is_private:
        return Severity.WARNING if free_bits > _WIDEST_PRIVATE_BITS[network.version] else None
    return Severity.ERROR if free_bits > _WIDEST_PUBLIC_BITS[network.version] else None
