"""Routers in layers (``parentRefs``, Traefik 3.6): a lower router gets only requests that passed those above."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .configuration import Router

LAYER_BELOW = " / "
"""Separator between the names of a router and the one below."""


def flattened(routers: Mapping[str, Router]) -> dict[str, Router]:
    """Return each router of a service, with the rules, middlewares and entry points of the layers above.

    Routers that only pass requests to lower ones are omitted.
    """
    parents = {name for router in routers.values() for name in router.parents}
    leaves = (router for router in routers.values() if router.name not in parents)
    return {key: path for leaf in leaves for key, path in _paths(leaf, routers, ())}


def _paths(router: Router, routers: Mapping[str, Router], seen: tuple[str, ...]) -> Iterator[tuple[str, Router]]:
    if not router.parents:
        yield router.name, router
    for name in router.parents:
        if name in routers and name not in seen:
            for key, upper in _paths(routers[name], routers, (*seen, name)):
                yield f"{key}{LAYER_BELOW}{router.name}", _below(upper, router)


def _below(upper: Router, router: Router) -> Router:
    return replace(
        router,
        rule=f"({upper.rule}) && ({router.rule})",
        above=upper.rank,
        entry_points=upper.entry_points,
        middlewares=(*upper.middlewares, *router.middlewares),
        errors=(*upper.errors, *router.errors),
    )
