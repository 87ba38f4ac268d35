"""The connection: repeats are answered from the bytes, everything else goes unchanged to aiohttp.

Behind Traefik a third of the calls arrive on a new connection, so a connection costs one small object until
a request needs aiohttp's handler. Once made it stays, and repeats are still answered here whenever the
handler is at rest.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import HttpVersion11
from aiohttp.web_protocol import MAX_MSG_QUEUE_SIZE, RequestHandler, RequestPayloadError
from aiohttp.web_request import BaseRequest
from aiohttp.web_response import StreamResponse

from ..decision.steps import Verdict
from .repeats import is_one_head
from .request_parser import parser_for

if TYPE_CHECKING:
    from .listener import ConnectionBounds, EdgeServer


class EdgeConnection(asyncio.Protocol):
    """One connection from the proxy."""

    __slots__ = (
        "_ended",
        "_head",
        "_idle_tick",
        "_ordinary",
        "_repeat",
        "_settled",
        "_transport",
        "_waiting_tick",
        "server",
    )

    def __init__(self, server: "EdgeServer") -> None:
        self.server = server
        self._repeat = server.verdicts.timed_answer if server.is_timed() else server.verdicts.answer
        self._transport: asyncio.Transport
        self._ordinary: OrdinaryHandler | None = None
        self._head: bytes | None = None
        """The one head that the ordinary handler is at work on; None when there is none, or it is not alone."""
        self._settled = True
        """The ordinary handler has answered all it was given, and holds no half of a request."""
        self._ended = False
        """The peer sends no more; the connection ends with the last answer."""
        self._idle_tick = self._waiting_tick = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport, nothing else: most new connections bring a repeat."""
        self._transport = transport  # type: ignore[assignment]  # uvloop's is no subclass of asyncio.Transport
        self._idle_tick = self.server.tick
        self.server.connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Answer a repeat, or hand the bytes over."""
        if self._settled:
            answer = self._repeat(data)
            if answer is not None:
                self._idle_tick = self.server.tick
                self._transport.write(answer)
                return
        self._hand_over(data)

    def _hand_over(self, data: bytes) -> None:
        if self._ordinary is None:
            self._ordinary = self.server.ordinary_handler(self)
            self._ordinary.connection_made(self._transport)
        alone = self._settled and is_one_head(data)
        self._head = data if alone else None
        self._settled = False
        self._waiting_tick = self._waiting_tick or self.server.tick
        self._ordinary.data_received(data)

    def decided(self, request: BaseRequest, verdict: Verdict) -> None:
        """The ordinary handler allowed ``request``: remember it if its bytes were the whole story.

        HTTP/1.0 is left out: its answers must say ``Connection: keep-alive``, and a repeat's do not.
        """
        plain = request.keep_alive and request.version == HttpVersion11 and not request.body_exists
        if self._head is not None and plain:
            self.server.verdicts.remember(self._head, verdict)

    def answered(self, request: BaseRequest) -> None:
        """The ordinary handler has written its answer and is at rest, unless more than one head came."""
        self._waiting_tick = 0
        self._idle_tick = self.server.tick
        self._settled = self._head is not None and not request.body_exists
        self._head = None
        if self._ended and not self._is_answering():
            self._transport.close()

    def close_if_stale(self, tick: int, bounds: "ConnectionBounds") -> None:
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
        self.server.connections.discard(self)
        if self._ordinary is not None:
            self._ordinary.connection_lost(exc)
            self._ordinary = None


class OrdinaryHandler(RequestHandler):
    """aiohttp's handler, which tells its connection when it is at rest and never echoes a request in an error."""

    __slots__ = ("_answered_count", "_has_part", "connection")

    def __init__(self, *args: Any, connection: EdgeConnection, **options: Any) -> None:
        super().__init__(*args, **options)
        self.connection = connection
        self._answered_count = 0
        self._has_part = False
        """The parser holds the beginning of a head."""

    def data_received(self, data: bytes) -> None:
        """Parse, at the beginning of a request with the parser that knows its method."""
        count = self._request_count
        if self._is_between_requests():
            self._parse_by(parser_for(data))
        super().data_received(data)
        self._has_part = self._request_count == count

    def _is_between_requests(self) -> bool:
        """aiohttp waits for the next head only after it has read the body of the last one."""
        waits = self._waiter is not None and not self._waiter.done()
        return not self._has_part and (waits or not self._request_count)

    def _parse_by(self, kind: Any) -> None:
        if self._parser is None or type(self._parser) is kind:
            return
        self._parser = kind(
            self,
            self._loop,
            self._read_bufsize,
            max_line_size=self.max_line_size,
            max_field_size=self.max_field_size,
            max_headers=self.max_headers,
            payload_exception=RequestPayloadError,
            auto_decompress=False,
            max_msg_queue_size=MAX_MSG_QUEUE_SIZE,
        )

    def is_answering(self) -> bool:
        """True if a whole head came that has no answer yet."""
        return self._request_count > self._answered_count

    async def finish_response(
        self, request: BaseRequest, resp: StreamResponse, start_time: float | None
    ) -> tuple[StreamResponse, bool]:
        """Write the answer, then tell the connection."""
        result = await super().finish_response(request, resp, start_time)
        self._answered_count += 1
        self.connection.answered(request)
        return result

    def handle_error(
        self, request: BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> StreamResponse:
        """aiohttp's own error page quotes the request's first bytes, a token perhaps; ours says nothing of it."""
        return self.connection.server.error_answer(request, status, exc)
