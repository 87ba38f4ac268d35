"""The routes that a rule is about, and what stands on them."""

from collections.abc import Iterator

from .configuration import Configuration, Route
from .expectations import Expectations
from .matchers import Alternative, UnreadableRule, alternatives


def published(configuration: Configuration, expectations: Expectations) -> Iterator[Route]:
    """Every route that clients reach."""
    for route in configuration.routes():
        if route.entry_point not in expectations.internal_entry_points and not route.router.name.endswith("@internal"):
            yield route


def to_services(configuration: Configuration, expectations: Expectations) -> Iterator[Route]:
    """Of these, the ones to services of the operator's."""
    return (route for route in published(configuration, expectations) if not route.router.internal)


def once(routes: Iterator[Route]) -> Iterator[Route]:
    """The first route of each router, for what does not depend on the entry point."""
    seen: set[str] = set()
    for route in routes:
        if route.router.name not in seen:
            seen.add(route.router.name)
            yield route


def takes(route: Route) -> list[Alternative]:
    """The alternatives of its rule; none if it cannot be read, which is a finding of its own."""
    try:
        return alternatives(route.router.rule)
    except UnreadableRule:
        return []


def place(route: Route) -> str:
    """How a finding names it."""
    return f"router {route.router.name} on {route.entry_point}"
