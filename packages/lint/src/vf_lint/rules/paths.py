"""Rules for paths that a router matches unintentionally."""

from collections.abc import Iterator

from ..backends import backends
from ..configuration import Configuration, Route
from ..expectations import Expectations
from ..findings import Finding, Rule, Severity
from ..gateway import REWRITING, requires_credential
from ..matchers import UnreadableRule, alternatives
from ..reach import once, published, takes, to_services

PREFIX = Rule(
    "prefix-without-slash",
    "PathPrefix does not end with a slash",
    "PathPrefix(`/public`) also matches /public-not, /public;/x and /public%2f..%2fsecret, which the service may read "
    "as another path.",
    "End the prefix with a slash. Add Path(`/public`) if the bare path is needed as well.",
)
PATTERN = Rule(
    "path-regexp-open",
    "A PathRegexp on a route without a credential doesn't fix the start of the path",
    "PathRegexp(`/assets/`) also matches /api/orders/assets/x, and PathRegexp(`\\.css$`) matches /api/orders/x.css. "
    "Such a router precedes the protected one if its rule is longer or has a priority.",
    "Begin the pattern with ^ and the folder: PathRegexp(`^/assets/`), or use PathPrefix.",
)
REWRITTEN = Rule(
    "path-rewritten",
    "A route without a credential rewrites paths of a protected service",
    "With stripPrefix, /open/api/orders/ reaches the service as /api/orders/, bypassing the router that protects that "
    "path.",
    "Require a credential on this route too, or use a separate service.",
)
UNREADABLE = Rule(
    "router-rule-unreadable",
    "A router's rule is unreadable",
    "The check can't determine which requests the router matches.",
    "Use the rule syntax of Traefik 3.",
)


def prefixes(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find PathPrefix without a final slash: an error where no credential is required, else a warning."""
    for route in once(published(configuration, expectations)):
        severity = Severity.WARNING if requires_credential(route) else Severity.ERROR
        for prefix in _values(route, "PathPrefix"):
            if not prefix.endswith("/"):
                yield Finding(PREFIX, f"router {route.router.name}", f"PathPrefix(`{prefix}`)", severity)


def patterns(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find patterns that can start with anything, where no credential is required."""
    for route in once(to_services(configuration, expectations)):
        if requires_credential(route) or expectations.is_public_service(route.router.service):
            continue
        for pattern in _values(route, "PathRegexp"):
            if _begins_anyhow(pattern):
                yield Finding(PATTERN, f"router {route.router.name}", f"PathRegexp(`{pattern}`)")


def rewritten(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find routes that make every path of a protected service accessible."""
    routes = list(once(to_services(configuration, expectations)))
    protected = {server for route in routes if requires_credential(route) for server in _servers(configuration, route)}
    for route in routes:
        rewriting = [middleware.name for middleware in route.middlewares if middleware.kind in REWRITING]
        if requires_credential(route) or route.has_unseen or expectations.is_public_service(route.router.service):
            continue
        if rewriting and _servers(configuration, route) & protected:
            yield Finding(REWRITTEN, f"router {route.router.name}", f"by {', '.join(rewriting)}")


def unreadable(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find router rules that the lint can't parse."""
    for router in configuration.routers.values():
        try:
            alternatives(router.rule)
        except UnreadableRule:
            yield Finding(UNREADABLE, f"router {router.name}", router.rule or "the rule is empty", Severity.WARNING)


CHECKS = ((PREFIX, prefixes), (PATTERN, patterns), (REWRITTEN, rewritten), (UNREADABLE, unreadable))


def _begins_anyhow(pattern: str) -> bool:
    """Return True without ``^``, and for ``^.*`` or ``^/.+``."""
    start = pattern.removeprefix("(?i)")
    return not start.startswith("^") or start[1:].lstrip("/(").startswith(".")


def _values(route: Route, name: str) -> list[str]:
    return sorted(
        {value for rule in takes(route) for matcher in rule for value in matcher.arguments if matcher.name == name}
    )


def _servers(configuration: Configuration, route: Route) -> frozenset[str]:
    return backends(route.router.service, configuration.services)
