"""The listener that the proxy asks: connections, the ordinary handler, and the answers to repeats."""

import asyncio
import itertools
import socket
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_request import BaseRequest

from vf_edge.problems import CONTENT_TYPE, Problem

from . import metrics
from .handler import VerifyHandler
from .protocol import EdgeConnection, OrdinaryHandler
from .settings import Address
from .verdicts import VerdictCache

_AIOHTTP_KEEPALIVE_SECONDS = 10 * 365 * 86_400.0
"""Never: aiohttp does not see the repeats, and would end a connection in the middle of them."""

PARSER_LIMIT_BYTES = 1_048_576
"""Above what Traefik lets through, so that a browser's cookies reach our own limits: 431 with words that help, or
an anonymous request where none is needed. Traefik's calls arrive whole; an incomplete one ends after ten seconds."""

_BACKLOG = 2048

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ConnectionBounds:
    """How long a connection may do nothing. Looked at once a tick, so that a request costs no timer."""

    tick_seconds: float = 5.0
    idle_ticks: int = 24
    """Two minutes: longer than Traefik keeps an idle connection (90 s), so it is never the one surprised."""
    waiting_ticks: int = 2
    """A request that is not whole or not answered after ten seconds ends its connection."""


class EdgeServer:
    """Serves ``/verify``. One per worker; workers share the port (``SO_REUSEPORT``)."""

    def __init__(self, handler: VerifyHandler, verdicts: VerdictCache) -> None:
        self.verdicts = verdicts
        self.bounds = ConnectionBounds()
        self.connections: set[EdgeConnection] = set()
        self.tick = 1
        self._accepted = itertools.count()
        self._reported = 0
        self._handler = handler
        self._aiohttp: web.Server | None = None
        self._listener: asyncio.Server | None = None

    async def start(self, address: Address) -> None:
        """Listen. Raises :class:`OSError` if the address is taken."""
        loop = asyncio.get_running_loop()
        self._aiohttp = web.Server(self._handler)
        self._listener = await loop.create_server(
            lambda: EdgeConnection(self),
            address.host,
            address.port,
            reuse_port=hasattr(socket, "SO_REUSEPORT"),
            backlog=_BACKLOG,
        )

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
        if self._listener is not None:
            self._listener.close()
        for connection in list(self.connections):
            connection.close()
        if self._aiohttp is not None:
            await self._aiohttp.shutdown(seconds)

    @property
    def repeats(self) -> int:
        """How many requests were answered from the verdict cache."""
        return self.verdicts.repeats

    def is_timed(self) -> bool:
        """True for one new connection of :data:`metrics.SAMPLE`: on it the latency of repeats is observed."""
        return next(self._accepted) % metrics.SAMPLE == 0

    def ordinary_handler(self, connection: EdgeConnection) -> OrdinaryHandler:
        """aiohttp's handler for a connection that brought something other than a repeat."""
        return OrdinaryHandler(
            self._aiohttp,
            loop=asyncio.get_running_loop(),
            connection=connection,
            access_log=None,
            keepalive_timeout=_AIOHTTP_KEEPALIVE_SECONDS,
            max_line_size=PARSER_LIMIT_BYTES,
            max_field_size=PARSER_LIMIT_BYTES,
            auto_decompress=False,  # nothing reads a body: unpacking it would be work for an attacker
            logger=_QuietLogger(),
        )

    def error_answer(self, request: BaseRequest, status: int, error: BaseException | None) -> web.Response:
        """The answer to bytes that are no HTTP request, or to a fault of ours. Always closed, nothing echoed."""
        if isinstance(error, LineTooLong):
            problem = Problem(431, "header_too_large", "A request header is too large.")
        elif status < HTTPStatus.INTERNAL_SERVER_ERROR:
            problem = Problem(400, "invalid_request", "The request is not well-formed HTTP.")
        else:
            problem = Problem(500, "internal_error", "The gateway couldn't check the request, so it was rejected.")
            log.error("decision_failed", exc_info=error)
        metrics.DECISIONS.labels("denied", problem.code).inc()
        request_id = self._handler.next_request_id()
        answer = web.Response(
            status=problem.status,
            body=problem.body(request_id),
            headers={
                "Content-Type": CONTENT_TYPE,
                "Cache-Control": "no-store",
                "X-Request-Id": request_id,
                "Server": "vf",
            },
        )
        answer.force_close()
        return answer

    async def keep_house(self) -> None:
        """End stale connections; runs until cancelled."""
        while True:
            await asyncio.sleep(self.bounds.tick_seconds)
            self.tick += 1
            for connection in list(self.connections):
                connection.close_if_stale(self.tick, self.bounds)

    def report(self) -> None:
        """Add the repeats since the last report to the exported counters."""
        new, self._reported = self.repeats - self._reported, self.repeats
        metrics.REPEATS.inc(new)
        metrics.ALLOWED.inc(new)


class _QuietLogger:
    """aiohttp logs a traceback for every malformed request: a way to fill a disk. We count them instead."""

    def debug(self, *_args: object, **_options: object) -> None:
        """Nothing."""

    def exception(self, *_args: object, **options: object) -> None:
        """A fault while writing an answer: the connection is gone, the cause is worth a line."""
        log.warning("connection_failed", reason=type(options.get("exc_info")).__name__)
