"""Rules for Traefik's API and dashboard, which show every route, and for its REST provider, which changes them."""

from collections.abc import Iterator

from ..backends import backends
from ..configuration import Configuration, Route
from ..expectations import Expectations
from ..findings import Finding, Rule
from ..gateway import gateway_rules
from ..reach import place

INSECURE = Rule(
    "api-insecure",
    "Traefik's API is served without authentication",
    "Anyone who can reach the port can read every router, middleware and service URL.",
    "Set api.insecure and providers.rest.insecure to false, and give api@internal a router that requires a role.",
)
EXPOSED = Rule(
    "dashboard-exposed",
    "A router publishes Traefik's API, dashboard or REST provider without a role",
    "Everyone, or every signed-in customer, can read the configuration of the platform, and with the REST provider "
    "replace every route.",
    "Require a role: 'roles=operator&mode=required' in the URL of the chain's ForwardAuth.",
)
_SERVICES = frozenset({"api@internal", "dashboard@internal", "rest@internal"})
_OTHER_AUTHENTICATION = ("basicAuth", "digestAuth")


def insecure(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find the setting, or in live mode the routers that Traefik creates for it."""
    if ((configuration.static or {}).get("api") or {}).get("insecure"):
        yield Finding(INSECURE, "api.insecure", "is true")
    if (((configuration.static or {}).get("providers") or {}).get("rest") or {}).get("insecure"):
        yield Finding(INSECURE, "providers.rest.insecure", "is true")
    for router in configuration.routers.values():
        published = set(router.entry_points) - expectations.internal_entry_points
        if router.name.endswith("@internal") and router.service in _SERVICES and published:
            yield Finding(
                INSECURE, f"router {router.name}", f"serves {router.service} on {', '.join(sorted(published))}"
            )


def exposed(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find published routes to it that anyone, or any signed-in user, may use."""
    for route in configuration.routes():
        if route.router.name.endswith("@internal") or route.entry_point in expectations.internal_entry_points:
            continue
        served = backends(route.router.service, configuration.services) & _SERVICES
        if served and not _is_restricted(route):
            yield Finding(EXPOSED, place(route), f"serves {', '.join(sorted(served))}")


CHECKS = ((INSECURE, insecure), (EXPOSED, exposed))


def _is_restricted(route: Route) -> bool:
    if route.has_unseen or any(route.of_kind(kind) for kind in _OTHER_AUTHENTICATION):
        return True
    return any(rule.required and rule.roles for rule in gateway_rules(route))
