"""Which requests reach a service, and past what."""

from collections.abc import Iterator

from ..configuration import Configuration, Route
from ..expectations import Expectations
from ..findings import Finding, Rule, Severity
from ..gateway import is_checked, is_public_on_purpose, requires_credential, strips_identity
from ..matchers import Alternative, UnreadableRule, alternatives, covers

UNPROTECTED = Rule(
    "router-unprotected",
    "A router reaches a service without asking gateway-auth",
    "Anybody reaches the service, and whatever it grants to a request that came this way.",
    "Add protected-NAME or optional-NAME to the router's middlewares; if it is public on purpose, the public chain "
    "(--public-chain), or name the service with --public-service.",
)
FALLS_THROUGH = Rule(
    "router-falls-through",
    "An unprotected router stands below a protected one for the same requests",
    "If the protected router is dropped (a missing middleware, one bad file), Traefik serves its requests by the next "
    "router that matches: the data is open, and nothing is logged but one line at start.",
    "Protect the lower router too, or narrow its rule so that the two do not meet.",
)
DROPPED = Rule(
    "router-dropped",
    "A router names something that does not exist",
    "Traefik drops the whole router, and its requests fall through to the next one that matches.",
    "Correct the name (with its @provider), or define what is missing.",
)
NOT_STRIPPED = Rule(
    "identity-not-stripped",
    "A route lets a client's own X-User-* headers through",
    "A client that sends 'X-User-Id: 1' is that user for every service that believes the header.",
    "Let a ForwardAuth with authResponseHeadersRegex stand on the route (strip-identity on public ones), and delete "
    "the names in the entry point's http.middlewares.",
)
PREFIX = Rule(
    "prefix-without-slash",
    "PathPrefix does not end with a slash",
    "PathPrefix(`/public`) also takes /public-not, /public;/x and /public%2f..%2fsecret, which the service may read as "
    "another path than the rule was written for.",
    "End the prefix with a slash; add Path(`/public`) if the bare path is wanted as well.",
)
UNREADABLE = Rule(
    "router-rule-unreadable",
    "A router's rule cannot be read",
    "Nothing can be said about the requests that it takes.",
    "Use the rule syntax of Traefik 3.",
)


def unprotected(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Routes to a trusting service without a question to gateway-auth."""
    for route in _to_services(configuration, expectations):
        if not is_checked(route) and not is_public_on_purpose(route, expectations):
            yield Finding(UNPROTECTED, _place(route), f"reaches {route.router.service}")


def falls_through(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Pairs of a protected router and a lower one that is not asked about."""
    routes = list(_to_services(configuration, expectations))
    for lower in routes:
        if is_checked(lower) or expectations.is_public_service(lower.router.service):
            continue
        for upper in routes:
            if requires_credential(upper) and _stands_below(lower, upper):
                same = lower.router.service == upper.router.service
                detail = f"takes what {upper.router.name} protects, at priority {lower.router.priority}"
                yield Finding(
                    FALLS_THROUGH,
                    _place(lower),
                    f"{detail} below {upper.router.priority}",
                    Severity.ERROR if same else Severity.WARNING,
                )


def dropped(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Routers of which Traefik says, or would say, that something does not exist."""
    for router in configuration.routers.values():
        if configuration.live:
            lost = list(router.errors)
        else:
            names = {name for entry in router.entry_points for name in configuration.names_on(router, entry)}
            lost = [f"middleware {name} does not exist" for name in sorted(set(configuration.missing(tuple(names))))]
            lost += _missing_service(configuration, router.service) + _missing_entry_points(
                configuration, router.entry_points
            )
        if lost:
            yield Finding(DROPPED, f"router {router.name}", "; ".join(lost))


def not_stripped(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Routes on which a client's identity headers survive. A ForwardAuth to gateway-auth has a rule of its own."""
    for route in _to_services(configuration, expectations):
        if not is_checked(route) and not strips_identity(route):
            yield Finding(NOT_STRIPPED, _place(route), f"X-User-* of a client reach {route.router.service}")


def prefixes(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """PathPrefix without a slash: an error where no credential is required, else a warning."""
    for route in _once(_published(configuration, expectations)):
        found = {
            value
            for alternative in _alternatives(route)
            for matcher in alternative
            for value in matcher.arguments
            if matcher.name == "PathPrefix" and not value.endswith("/")
        }
        severity = Severity.WARNING if requires_credential(route) else Severity.ERROR
        for prefix in sorted(found):
            yield Finding(PREFIX, f"router {route.router.name}", f"PathPrefix(`{prefix}`)", severity)


def unreadable(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Rules that this check cannot read."""
    for router in configuration.routers.values():
        try:
            alternatives(router.rule)
        except UnreadableRule:
            yield Finding(UNREADABLE, f"router {router.name}", router.rule or "the rule is empty", Severity.WARNING)


CHECKS = (
    (UNPROTECTED, unprotected),
    (FALLS_THROUGH, falls_through),
    (DROPPED, dropped),
    (NOT_STRIPPED, not_stripped),
    (PREFIX, prefixes),
    (UNREADABLE, unreadable),
)


def _published(configuration: Configuration, expectations: Expectations) -> Iterator[Route]:
    for route in configuration.routes():
        if route.entry_point not in expectations.internal_entry_points and not route.router.name.endswith("@internal"):
            yield route


def _to_services(configuration: Configuration, expectations: Expectations) -> Iterator[Route]:
    return (route for route in _published(configuration, expectations) if not route.router.internal)


def _once(routes: Iterator[Route]) -> Iterator[Route]:
    """The first route of each router, for what does not depend on the entry point."""
    seen: set[str] = set()
    for route in routes:
        if route.router.name not in seen:
            seen.add(route.router.name)
            yield route


def _stands_below(lower: Route, upper: Route) -> bool:
    if lower.entry_point != upper.entry_point or lower.router.priority > upper.router.priority:
        return False
    return any(covers(mine, theirs) for mine in _alternatives(lower) for theirs in _alternatives(upper))


def _alternatives(route: Route) -> list[Alternative]:
    try:
        return alternatives(route.router.rule)
    except UnreadableRule:
        return []


def _missing_service(configuration: Configuration, service: str) -> list[str]:
    provider = service.rpartition("@")[2]
    known = service in configuration.services or provider == "internal" or provider in configuration.unseen_providers
    return [] if known else [f"service {service} does not exist"]


def _missing_entry_points(configuration: Configuration, names: tuple[str, ...]) -> list[str]:
    if configuration.entry_points is None:
        return []
    return [f"entry point {name} does not exist" for name in names if name not in configuration.entry_points]


def _place(route: Route) -> str:
    return f"router {route.router.name} on {route.entry_point}"
