"""A Traefik configuration, in the same form from files and from the live API."""

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
"""Options of an entry point. Each is *true* if missing (Traefik 3.7)."""

UNSEEN = "unseen"
"""The kind of a middleware of a provider that the lint can't read, such as Docker labels in file mode."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A listener."""

    name: str
    options: Options
    encoded_allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Middleware:
    """A middleware of a route. Chains are replaced by their members."""

    name: str
    kind: str
    """``forwardAuth``, ``headers``, …"""
    options: Options
    chains: tuple[str, ...] = ()
    """The chains that contain it."""


@dataclass(frozen=True, slots=True)
class Router:
    """A router. Names are qualified with their provider (``billing@file``)."""

    name: str
    rule: str
    priority: int
    entry_points: tuple[str, ...]
    middlewares: tuple[str, ...]
    service: str
    errors: tuple[str, ...] = ()
    """The errors that Traefik reports for it."""
    parents: tuple[str, ...] = ()
    """The routers of the layer above, which pass their requests to this one (``parentRefs``)."""
    above: tuple[int, ...] = ()
    """The priorities of the layers above it, the highest layer first."""

    @property
    def internal(self) -> bool:
        """Return True for Traefik's own: API, dashboard, ping, redirects."""
        return self.service.endswith("@internal")

    @property
    def rank(self) -> tuple[int, ...]:
        """Return the rank. Of two matching routers, the one with the higher rank gets the request."""
        return (*self.above, self.priority)


@dataclass(frozen=True, slots=True)
class TcpRouter:
    """A TCP router. Its connections never become HTTP requests on the entry point."""

    name: str
    rule: str
    entry_points: tuple[str, ...]
    service: str


@dataclass(frozen=True, slots=True)
class Route:
    """A router on one entry point, with all middlewares in the order in which they run."""

    router: Router
    entry_point: str
    middlewares: tuple[Middleware, ...]

    def of_kind(self, kind: str) -> list[Middleware]:
        """Return the middlewares of a kind, in order."""
        return [middleware for middleware in self.middlewares if middleware.kind == kind]

    @property
    def has_unseen(self) -> bool:
        """Return True if part of this route can't be read."""
        return bool(self.of_kind(UNSEEN))


@dataclass(frozen=True, slots=True)
class Configuration:
    """The input of the rules."""

    source: str
    entry_points: Mapping[str, EntryPoint] | None
    """None if unknown."""
    routers: Mapping[str, Router]
    middlewares: Mapping[str, Options]
    services: Mapping[str, Options]
    static: Options | None
    """The static file; None if it was not given."""
    unseen_providers: frozenset[str] = frozenset()
    live: bool = False
    """True if read from the operator's running Traefik: routers already include the middlewares of entry points."""
    tcp_routers: tuple[TcpRouter, ...] = ()
    tcp_services: Mapping[str, Options] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()
    """Names that files define twice."""
    routers_expected: bool = False
    """True if dynamic files were given and are the only source of routers."""
    read_by: str = ""
    """The version of the Traefik that read the configuration; empty if none did."""
    notes: tuple[str, ...] = field(default=())
    """Parts that could not be checked."""

    def routes(self) -> Iterator[Route]:
        """Return every router on every entry point that it uses."""
        for router in self.routers.values():
            for name in router.entry_points:
                yield Route(router, name, tuple(self._expand(self.names_on(router, name), ())))

    def names_on(self, router: Router, entry_point: str) -> tuple[str, ...]:
        """Return the names of a route's middlewares, the entry point's first."""
        found = (self.entry_points or {}).get(entry_point)
        if self.live or found is None:
            return router.middlewares
        provider = router.name.rpartition("@")[2]
        first = found.options.get("http", {}).get("middlewares") or ()
        return (*(qualified(name, provider) for name in first), *router.middlewares)

    def missing(self, names: tuple[str, ...], seen: tuple[str, ...] = ()) -> list[str]:
        """Return the names without a middleware, chains included."""
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
    """Return ``name`` with its provider, as Traefik resolves it."""
    return name if "@" in name else f"{name}@{provider}"


def chain_members(name: str, options: Options) -> tuple[str, ...]:
    """Return the members of the chain ``name``."""
    members = (options.get("chain") or {}).get("middlewares") or ()
    return tuple(qualified(member, name.rpartition("@")[2]) for member in members)
