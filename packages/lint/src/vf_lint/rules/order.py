"""Rules for the order of routers: which of two gets a request if one of them requires a credential."""

from collections.abc import Iterator

from ..backends import backends
from ..configuration import Configuration, Route
from ..expectations import Expectations
from ..findings import Finding, Rule, Severity
from ..gateway import is_checked, requires_credential
from ..overlap import share, swallows
from ..reach import place, takes, to_services

FALLS_THROUGH = Rule(
    "router-falls-through",
    "An unprotected router of lower priority matches requests of a protected one",
    "If Traefik drops the protected router (a missing middleware, one invalid file), the next matching router serves "
    "its requests. The data is public, and Traefik logs only one line at start.",
    "Protect the lower router too, or narrow its rule so that the two don't overlap.",
)
SHADOWED = Rule(
    "router-shadowed",
    "An unprotected router captures every request meant for a protected one",
    "The protected router never gets a request. Without a priority, the longer rule wins, and a long list of hosts is "
    "longer than the protected path.",
    "Give the protected router the higher priority, or narrow the rule of the other.",
)


def falls_through(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find pairs of a protected router and an overlapping one of lower priority with weaker requirements."""
    routes = list(to_services(configuration, expectations))
    for lower in routes:
        if is_checked(lower) or expectations.is_public_service(lower.router.service):
            continue
        for upper in routes:
            if requires_credential(upper) and _stands_below(lower, upper):
                detail = f"matches what {upper.router.name} protects, at priority {lower.router.priority}"
                yield Finding(
                    FALLS_THROUGH,
                    place(lower),
                    f"{detail} below {upper.router.priority}",
                    _severity(configuration, lower, upper),
                )


def shadowed(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find protected routers that never get a request, because one above has weaker requirements."""
    routes = list(to_services(configuration, expectations))
    for lower in filter(requires_credential, routes):
        for upper in routes:
            if not requires_credential(upper) and not upper.has_unseen and _stands_above(upper, lower):
                detail = f"never gets a request: {upper.router.name} captures all, at priority {upper.router.priority}"
                yield Finding(
                    SHADOWED,
                    place(lower),
                    f"{detail} above {lower.router.priority}",
                    _severity(configuration, upper, lower),
                )


CHECKS = ((FALLS_THROUGH, falls_through), (SHADOWED, shadowed))


def _stands_below(lower: Route, upper: Route) -> bool:
    if lower.entry_point != upper.entry_point or lower.router.rank > upper.router.rank:
        return False
    return any(share(mine, theirs) for mine in takes(lower) for theirs in takes(upper))


def _stands_above(upper: Route, lower: Route) -> bool:
    if lower.entry_point != upper.entry_point or lower.router.rank >= upper.router.rank or not takes(lower):
        return False
    return all(any(swallows(large, small) for large in takes(upper)) for small in takes(lower))


def _severity(configuration: Configuration, open_route: Route, protected: Route) -> Severity:
    """Return ERROR if the other route leads to the protected service; else the two only disagree."""
    one, other = (backends(route.router.service, configuration.services) for route in (open_route, protected))
    return Severity.ERROR if one & other else Severity.WARNING
