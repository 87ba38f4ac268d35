"""What the connections of a worker share. So a connection needs to know no server, and a handler no connection."""

from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web
from aiohttp.web_request import BaseRequest

from .handler import VerifyHandler
from .repeats import VerdictCache


@dataclass(frozen=True, slots=True)
class ConnectionBounds:
    """How long a connection may do nothing. Looked at once a tick, so that a request costs no timer."""

    tick_seconds: float = 5.0
    idle_ticks: int = 24
    """Two minutes: longer than Traefik keeps an idle connection (90 s), so it is never the one surprised."""
    waiting_ticks: int = 2
    """A request that is not whole or not answered after ten seconds ends its connection."""


class OpenConnection(Protocol):
    """A connection as the listener and its ordinary handler see it."""

    state: "ServerState"

    def answered(self, request: BaseRequest) -> None:
        """The ordinary handler has written an answer."""

    def close_if_stale(self, tick: int, bounds: ConnectionBounds) -> None:
        """End it if it did nothing for too long."""

    def close(self) -> None:
        """End it, at once if it is at rest."""


@dataclass(slots=True)
class ServerState:
    """One of each worker."""

    handler: VerifyHandler
    repeats: VerdictCache
    aiohttp: web.Server
    connections: set[OpenConnection] = field(default_factory=set)
    tick: int = 1
