"""A Traefik configuration, the same whether it came from files or from the live API."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Options = Mapping[str, Any]

ENCODED_CHARACTERS = (
    "allowEncodedSlash",
    "allowEncodedBackSlash",
    "allowEncodedNullCharacter",
    "allowEncodedSemicolon",
    "allowEncodedPercent",
    "allowEncodedQuestionMark",
    "allowEncodedHash",
)
"""Of an entry point; each is *true* where nothing is said (Traefik 3.7)."""

UNSEEN = "unseen"
"""The kind of a middleware of a provider that the check does not see, such as Docker labels in file mode."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A listener."""

    name: str
    options: Options
    encoded_allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Middleware:
    """One middleware at work on a route, chains taken apart."""

    name: str
    kind: str
    """``forwardAuth``, ``headers``, …"""
    options: Options
    chains: tuple[str, ...] = ()
    """The chains through which it came."""


@dataclass(frozen=True, slots=True)
class Router:
    """One router; names are qualified with their provider (``billing@file``)."""

    name: str
    rule: str
    priority: int
    entry_points: tuple[str, ...]
    middlewares: tuple[str, ...]
    service: str
    errors: tuple[str, ...] = ()
    """What Traefik itself says is wrong."""
    parents: tuple[str, ...] = ()
    """Of a router in a lower layer: those from which it gets its requests (``parentRefs``)."""
    above: tuple[int, ...] = ()
    """The priorities of the layers above it, the highest layer first."""

    @property
    def internal(self) -> bool:
        """True for what Traefik itself answers: its API, dashboard, ping, redirects."""
        return self.service.endswith("@internal")

    @property
    def rank(self) -> tuple[int, ...]:
        """Of two routers that take a request, the one of higher rank gets it."""
        return (*self.above, self.priority)


@dataclass(frozen=True, slots=True)
class TcpRouter:
    """A router of connections: what it takes on an entry point never becomes an HTTP request there."""

    name: str
    rule: str
    entry_points: tuple[str, ...]
    service: str


@dataclass(frozen=True, slots=True)
class Route:
    """A router on one entry point, with all middlewares in the order in which they work."""

    router: Router
    entry_point: str
    middlewares: tuple[Middleware, ...]

    def of_kind(self, kind: str) -> list[Middleware]:
        """The middlewares of a kind, in order."""
        return [middleware for middleware in self.middlewares if middleware.kind == kind]

    @property
    def has_unseen(self) -> bool:
        """True if something on this route cannot be judged."""
        return bool(self.of_kind(UNSEEN))


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that the rules look at."""

    source: str
    entry_points: Mapping[str, EntryPoint] | None
    """None if they were not given."""
    routers: Mapping[str, Router]
    middlewares: Mapping[str, Options]
    services: Mapping[str, Options]
    static: Options | None
    """The static file; None if it was not given."""
    unseen_providers: frozenset[str] = frozenset()
    live: bool = False
    """Of the operator's own Traefik: an entry point's middlewares are already among the router's."""
    tcp_routers: tuple[TcpRouter, ...] = ()
    tcp_services: Mapping[str, Options] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()
    """What files define a second time."""
    routers_expected: bool = False
    """Dynamic files were given, and routers can come from nowhere else."""
    read_by: str = ""
    """The version of the Traefik that read it; empty if none was asked."""
    notes: tuple[str, ...] = field(default=())
    """What could not be looked at."""

    def routes(self) -> Iterator[Route]:
        """Every router on every entry point that it uses."""
        for router in self.routers.values():
            for name in router.entry_points:
                yield Route(router, name, tuple(self._expand(self.names_on(router, name), ())))

    def names_on(self, router: Router, entry_point: str) -> tuple[str, ...]:
        """The middlewares named for a route, the entry point's first."""
        found = (self.entry_points or {}).get(entry_point)
        if self.live or found is None:
            return router.middlewares
        provider = router.name.rpartition("@")[2]
        first = found.options.get("http", {}).get("middlewares") or ()
        return (*(qualified(name, provider) for name in first), *router.middlewares)

    def missing(self, names: tuple[str, ...], seen: tuple[str, ...] = ()) -> list[str]:
        """Names that lead to no middleware, chains followed."""
        lost: list[str] = []
        for name in names:
            options = self.middlewares.get(name)
            if options is None:
                lost += [] if self._is_unseen(name) else [name]
            elif "chain" in options and name not in seen:
                lost += self.missing(chain_members(name, options), (*seen, name))
        return lost

    def _expand(self, names: tuple[str, ...], chains: tuple[str, ...]) -> Iterator[Middleware]:
        for name in names:
            options = self.middlewares.get(name)
            if options is None:
                if self._is_unseen(name):
                    yield Middleware(name, UNSEEN, {}, chains)
            elif "chain" in options:
                if name not in chains:
                    yield from self._expand(chain_members(name, options), (*chains, name))
            else:
                yield from (Middleware(name, kind, value or {}, chains) for kind, value in options.items())

    def _is_unseen(self, name: str) -> bool:
        return name.rpartition("@")[2] in self.unseen_providers


def qualified(name: str, provider: str) -> str:
    """``name`` with its provider, as Traefik resolves it."""
    return name if "@" in name else f"{name}@{provider}"


def chain_members(name: str, options: Options) -> tuple[str, ...]:
    """The members of the chain ``name``."""
    members = (options.get("chain") or {}).get("middlewares") or ()
    return tuple(qualified(member, name.rpartition("@")[2]) for member in members)
