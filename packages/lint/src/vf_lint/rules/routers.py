"""Rules for requests that reach a service without a check."""

from collections.abc import Iterator
from dataclasses import replace

from ..configuration import Configuration, Route, qualified
from ..expectations import Expectations
from ..findings import Finding, Rule, Severity
from ..gateway import is_checked, is_public_on_purpose, strips_identity
from ..reach import place, to_services

UNPROTECTED = Rule(
    "router-unprotected",
    "A router reaches a service without calling gateway-auth",
    "Anyone can reach the service through this router and get everything that it allows.",
    "Add protected-NAME or optional-NAME to the router's middlewares. If the route is intentionally public, use the "
    "public chain (--public-chain) or declare the service with --public-service. If it only redirects, use "
    "noop@internal.",
)
DROPPED = Rule(
    "router-dropped",
    "Traefik reports an error in a router",
    "Traefik drops the whole router (or one of its entry points), and the next matching router gets its requests.",
    "Correct what Traefik names: a name (with its @provider), a pattern, an option. Or define what is missing.",
)
REPEATED = Rule(
    "name-repeated",
    "Two files define the same name",
    "Traefik keeps the first definition in the order of the file names and skips the other with one line in its log. "
    "An old or renamed copy of a file then decides what protects the route.",
    "Remove one of the two. Give inactive files another suffix, or move them to another folder.",
)
NONE = Rule(
    "no-routers",
    "The dynamic files contain no router",
    "Nothing was checked, and the check passes whatever the real configuration is: an empty or truncated file, a "
    "wrong path, or a template whose variable is not set here.",
    "Pass the files that Traefik reads, with the same environment variables.",
)
NOT_STRIPPED = Rule(
    "identity-not-stripped",
    "A route passes a client's own X-User-* headers on",
    "A client that sends 'X-User-Id: 1' is that user for every service that trusts the header.",
    "Use a ForwardAuth with authResponseHeadersRegex on the route (strip-identity on public ones), and delete the "
    "names in the entry point's http.middlewares.",
)


def unprotected(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find routes to a service that trusts identity headers, without a call to gateway-auth."""
    for route in to_services(configuration, expectations):
        if not is_checked(route) and not is_public_on_purpose(route, expectations):
            yield Finding(UNPROTECTED, place(route), f"reaches {route.router.service}")


def dropped(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find routers for which Traefik reports an error, in Traefik's words."""
    for router in configuration.routers.values():
        if router.errors:
            yield Finding(DROPPED, f"router {router.name}", "; ".join(router.errors))


def not_stripped(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find routes on which a client's identity headers survive. For a ForwardAuth to gateway-auth, another rule
    applies.
    """
    for route in to_services(configuration, expectations):
        if not is_checked(route) and not strips_identity(route):
            yield Finding(NOT_STRIPPED, place(route), f"a client's X-User-* headers reach {route.router.service}")
        for pages, service in _error_pages(route):
            if not expectations.is_public_service(service):
                detail = f"a client's X-User-* headers reach {service} when {pages} requests an error page"
                yield Finding(NOT_STRIPPED, place(route), detail, Severity.WARNING)


def repeated(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find names of which Traefik uses only one definition."""
    for name in configuration.repeated:
        yield Finding(REPEATED, name, "Traefik uses the first file that defines it", Severity.WARNING)


def none(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find files that contain nothing to check."""
    if configuration.routers_expected and not configuration.routers and not configuration.tcp_routers:
        yield Finding(NONE, configuration.source, "no HTTP and no TCP router", Severity.WARNING)


CHECKS = (
    (UNPROTECTED, unprotected),
    (DROPPED, dropped),
    (REPEATED, repeated),
    (NONE, none),
    (NOT_STRIPPED, not_stripped),
)


def _error_pages(route: Route) -> Iterator[tuple[str, str]]:
    """Return the ``errors`` middlewares before the removal of identity headers, with the services that they call."""
    for index, middleware in enumerate(route.middlewares):
        before = replace(route, middlewares=route.middlewares[:index])
        if middleware.kind == "errors" and not strips_identity(before) and not before.has_unseen:
            yield (
                middleware.name,
                qualified(str(middleware.options.get("service", "")), middleware.name.rpartition("@")[2]),
            )
