"""Selections of routes for the rules."""

from collections.abc import Iterator

from .configuration import Configuration, Route
from .expectations import Expectations
from .matchers import Alternative, UnreadableRule, alternatives


def published(configuration: Configuration, expectations: Expectations) -> Iterator[Route]:
    """Return every route that clients reach."""
    for route in configuration.routes():
        if route.entry_point not in expectations.internal_entry_points and not route.router.name.endswith("@internal"):
            yield route


def to_services(configuration: Configuration, expectations: Expectations) -> Iterator[Route]:
    """Return the published routes to the operator's services."""
    return (route for route in published(configuration, expectations) if not route.router.internal)


def once(routes: Iterator[Route]) -> Iterator[Route]:
    """Return the first route of each router, for checks that don't depend on the entry point."""
    seen: set[str] = set()
    for route in routes:
        if route.router.name not in seen:
            seen.add(route.router.name)
            yield route


def takes(route: Route) -> list[Alternative]:
    """Return the alternatives of the route's rule; none if the rule is unreadable, which is a separate finding."""
    try:
        return alternatives(route.router.rule)
    except UnreadableRule:
        return []


def place(route: Route) -> str:
    """Return the name of the route for findings."""
    return f"router {route.router.name} on {route.entry_point}"
