"""One connection from the proxy: repeats and plain requests are answered here, everything else by aiohttp.

Behind Traefik a third of the calls arrive on a new connection, so a connection costs one small object until a request
needs aiohttp's handler. The handler then stays, and plain requests are still answered here while it is at rest.
"""

import asyncio

from aiohttp.web_request import BaseRequest

from ..answer.wire import whole
from .ordinary import OrdinaryHandler
from .state import ConnectionBounds, ServerState

_END = b"\r\n\r\n"


class EdgeConnection(asyncio.Protocol):
    """Reads, and writes answers."""

    __slots__ = (
        "_alone",
        "_answer_at_once",
        "_ended",
        "_idle_tick",
        "_ordinary",
        "_repeat",
        "_settled",
        "_transport",
        "_waiting_tick",
        "state",
    )

    def __init__(self, state: ServerState, *, timed: bool) -> None:
        self.state = state
        self._repeat = state.repeats.timed_answer if timed else state.repeats.answer
        self._answer_at_once = state.handler.answer_at_once
        self._transport: asyncio.Transport
        self._ordinary: OrdinaryHandler | None = None
        self._alone = False
        """What the ordinary handler is at work on is one head."""
        self._settled = True
        """The ordinary handler has answered all it was given, and holds no half of a request."""
        self._ended = False
        """The peer sends no more; the connection ends with the last answer."""
        self._idle_tick = self._waiting_tick = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport, nothing else: most new connections bring a repeat."""
        self._transport = transport  # type: ignore[assignment]  # uvloop's is no subclass of asyncio.Transport
        self._idle_tick = self.state.tick
        self.state.connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Answer a repeat or a plain request, or hand the bytes over."""
        if self._settled:
            try:
                answer = self._repeat(data) or self._answer_at_once(data)
            except Exception as error:
                self._fail(error)
                return
            if answer is not None:
                self._idle_tick = self.state.tick
                self._transport.write(answer)
                return
        self._hand_over(data)

    def _fail(self, error: Exception) -> None:
        self._transport.write(whole(self.state.handler.fault(error), connection="close"))
        self._transport.close()

    def _hand_over(self, data: bytes) -> None:
        if self._ordinary is None:
            self._ordinary = OrdinaryHandler(self)
            self._ordinary.connection_made(self._transport)
        self._alone = self._settled and data.find(_END) == len(data) - len(_END) >= 0
        self._settled = False
        self._waiting_tick = self._waiting_tick or self.state.tick
        self._ordinary.data_received(data)

    def answered(self, request: BaseRequest) -> None:
        """The ordinary handler has written its answer and is at rest, unless more than one head came."""
        self._waiting_tick = 0
        self._idle_tick = self.state.tick
        self._settled = self._alone and not request.body_exists
        self._alone = False
        if request.body_exists and "Upgrade" in request.headers:
            self._transport.close()  # aiohttp reads no further head after a body that it takes for another protocol
        if self._ended and not self._is_answering():
            self._transport.close()

    def close_if_stale(self, tick: int, bounds: ConnectionBounds) -> None:
        """End a connection that is idle too long, or whose request never became whole, or that takes no answer."""
        waiting = self._waiting_tick and tick - self._waiting_tick > bounds.waiting_ticks
        if waiting or (not self._waiting_tick and tick - self._idle_tick > bounds.idle_ticks):
            self._transport.abort() if self._transport.get_write_buffer_size() else self._transport.close()

    def close(self) -> None:
        """End the connection, at once if it is at rest."""
        if self._settled:
            self._transport.close()
        elif self._ordinary is not None:
            self._ordinary.close()

    def eof_received(self) -> bool | None:
        """The peer sends no more: close, after what is being answered. True keeps the connection open until then."""
        self._ended = self._is_answering()
        return self._ended

    def _is_answering(self) -> bool:
        return self._ordinary is not None and self._ordinary.is_answering()

    def pause_writing(self) -> None:
        """The peer reads slowly: read no more from it, or answers that nobody takes would fill the memory."""
        self._transport.pause_reading()
        if self._ordinary is not None:
            self._ordinary.pause_writing()

    def resume_writing(self) -> None:
        """The peer reads again."""
        self._transport.resume_reading()
        if self._ordinary is not None:
            self._ordinary.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.state.connections.discard(self)
        if self._ordinary is not None:
            self._ordinary.connection_lost(exc)
            self._ordinary = None
