"""The listener that the proxy asks."""

import asyncio
import itertools
import socket

from aiohttp import web

from vf_runtime.addresses import Address

from . import metrics
from .connection import EdgeConnection
from .handler import VerifyHandler
from .repeats import VerdictCache
from .state import ConnectionBounds, OpenConnection, ServerState

_BACKLOG = 2048


class EdgeServer:
    """Serves ``/verify``. One per worker; workers share the port (``SO_REUSEPORT``)."""

    def __init__(self, handler: VerifyHandler, verdicts: VerdictCache) -> None:
        self.bounds = ConnectionBounds()
        self._handler = handler
        self._verdicts = verdicts
        self._state: ServerState | None = None
        self._accepted = itertools.count()
        self._reported = 0
        self._listener: asyncio.Server | None = None

    async def start(self, address: Address) -> None:
        """Listen. Raises :class:`OSError` if the address is taken."""
        state = self._state = ServerState(self._handler, self._verdicts, web.Server(self._handler))
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: EdgeConnection(state, timed=next(self._accepted) % metrics.SAMPLE == 0),
            address.host,
            address.port,
            reuse_port=hasattr(socket, "SO_REUSEPORT"),
            backlog=_BACKLOG,
        )

    @property
    def connections(self) -> set[OpenConnection]:
        """Those that are open."""
        return set() if self._state is None else self._state.connections

    @property
    def listening(self) -> bool:
        """False before :meth:`start` and after :meth:`stop`."""
        return self._listener is not None and self._listener.is_serving()

    @property
    def port(self) -> int:
        """The port in use, for tests that let the system choose."""
        assert self._listener is not None  # noqa: S101  narrows the type
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    async def stop(self, seconds: float = 10.0) -> None:
        """Accept nothing new, finish what is being answered, close."""
        if self._listener is None or self._state is None:
            return
        self._listener.close()
        for connection in list(self.connections):
            connection.close()
        await self._state.aiohttp.shutdown(seconds)

    @property
    def repeats(self) -> int:
        """How many requests were answered from the verdict cache."""
        return self._verdicts.repeats

    async def keep_house(self) -> None:
        """End stale connections; runs until cancelled."""
        while True:
            await asyncio.sleep(self.bounds.tick_seconds)
            if self._state is None:
                continue
            self._state.tick += 1
            for connection in list(self.connections):
                connection.close_if_stale(self._state.tick, self.bounds)

    def report(self) -> None:
        """Add the repeats since the last report to the exported counters."""
        new, self._reported = self.repeats - self._reported, self.repeats
        metrics.REPEATS.inc(new)
        metrics.ALLOWED.inc(new)
