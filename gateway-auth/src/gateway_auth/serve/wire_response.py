"""An answer as a response of aiohttp, which only says when it is due: the bytes are those of ``answer.wire``."""

from typing import Any

from aiohttp import HttpVersion10, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest

from ..answer.answers import Answer
from ..answer.wire import whole


class WireResponse(web.StreamResponse):
    """Writes the answer whole."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(status=answer.status)
        self._answer = answer
        self._to: BaseRequest | None = None

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Remember for which request; nothing is written yet."""
        self._to = request
        if self._keep_alive is None:
            self._keep_alive = request.keep_alive
        return None

    async def write_eof(self, data: Any = b"") -> None:
        """Write head and body at once."""
        request = self._to
        assert request is not None  # noqa: S101  aiohttp prepares first
        old = request.version == HttpVersion10
        connection = ("keep-alive" if old else "") if self._keep_alive else ("" if old else "close")
        version, with_body = ("1.0" if old else "1.1"), request.method != "HEAD"
        if request.transport is None or request.transport.is_closing():
            return
        request.transport.write(whole(self._answer, version=version, connection=connection, with_body=with_body))
        await request.writer.drain()  # a client that takes no answers gets no more
