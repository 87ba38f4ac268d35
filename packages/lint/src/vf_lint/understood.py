"""The configuration in the terms of Traefik's API, from the operator's Traefik or the lint's own."""

from dataclasses import replace
from typing import Any

from .configuration import Options, Router, TcpRouter, qualified
from .layers import LAYER_BELOW, flattened

_STATE = ("status", "error", "usedBy", "name", "provider", "type", "using", "serverStatus")


def routers(raw: dict[str, Any]) -> dict[str, Router]:
    """Return the HTTP routers, including those that Traefik drops because their layers are incomplete."""
    single = {name: _router(name, options) for name, options in (raw.get("routers") or {}).items()}
    found = flattened(single)
    used = {name for path in found for name in path.split(LAYER_BELOW)}
    lost = {name: replace(router, entry_points=()) for name, router in single.items() if router.errors}
    return found | {name: router for name, router in lost.items() if name not in used}


def middlewares(raw: dict[str, Any]) -> dict[str, Options]:
    """Return the HTTP middlewares without the state that the API adds."""
    return {
        name: {kind: value for kind, value in options.items() if kind not in _STATE}
        for name, options in (raw.get("middlewares") or {}).items()
    }


def tcp_routers(raw: dict[str, Any]) -> tuple[TcpRouter, ...]:
    """Return the TCP routers."""
    return tuple(
        TcpRouter(
            name=name,
            rule=str(options.get("rule", "")),
            entry_points=_entry_points(options),
            service=qualified(str(options.get("service", "")), name.rpartition("@")[2]),
        )
        for name, options in (raw.get("tcpRouters") or {}).items()
    )


def _router(name: str, options: Options) -> Router:
    provider = name.rpartition("@")[2]
    return Router(
        name=name,
        rule=str(options.get("rule", "")),
        priority=int(options.get("priority") or 0),
        entry_points=_entry_points(options),
        middlewares=tuple(qualified(found, provider) for found in options.get("middlewares") or ()),
        service=qualified(str(options.get("service", "")), provider),
        errors=tuple(options.get("error") or ()),
        parents=tuple(qualified(found, provider) for found in options.get("parentRefs") or ()),
    )


def _entry_points(options: Options) -> tuple[str, ...]:
    return tuple(options.get("using") or options.get("entryPoints") or ())
