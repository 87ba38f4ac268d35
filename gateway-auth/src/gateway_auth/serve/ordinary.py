"""aiohttp's part of a connection: every form of HTTP that is not plain, and requests that wait for a key set."""

import asyncio
import re
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp.http_exceptions import LineTooLong
from aiohttp.http_parser import HttpRequestParser, HttpRequestParserPy
from aiohttp.web_protocol import MAX_MSG_QUEUE_SIZE, RequestHandler, RequestPayloadError
from aiohttp.web_request import BaseRequest
from aiohttp.web_response import StreamResponse

from .handler import WireResponse
from .state import OpenConnection

PARSER_LIMIT_BYTES = 1_048_576
"""Above what Traefik lets through, so that a browser's cookies reach our own limits: 431 with words that help, or
an anonymous request where none is needed. Traefik's calls arrive whole; an incomplete one ends after ten seconds."""

_AIOHTTP_KEEPALIVE_SECONDS = 10 * 365 * 86_400.0
"""Never: aiohttp does not see the other requests, and would end a connection in the middle of them."""

FAST_METHODS = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"CONNECT"})
"""Those that aiohttp's fast parser knows. Traefik asks with GET; Envoy's ``ext_authz`` and nginx's ``auth_request`` may
ask with the client's method, which is any token (RFC 9110 §9.1)."""

_method = re.compile(rb"([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?: |\Z)").match
_is_part_of_method = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,32}").fullmatch
"""The bound is the longest method that ``read_plain_head`` reads."""

log = structlog.get_logger(__name__)


class OrdinaryHandler(RequestHandler):
    """aiohttp's handler, which tells its connection when it is at rest and never echoes a request in an error."""

    __slots__ = ("_answered_count", "_has_part", "_method_part", "connection")

    def __init__(self, connection: OpenConnection) -> None:
        super().__init__(
            connection.state.aiohttp,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]
            keepalive_timeout=_AIOHTTP_KEEPALIVE_SECONDS,
            max_line_size=PARSER_LIMIT_BYTES,
            max_field_size=PARSER_LIMIT_BYTES,
            auto_decompress=False,  # nothing reads a body: unpacking it would be work for an attacker
            logger=_QuietLogger(),  # type: ignore[arg-type]
        )
        self.connection = connection
        self._answered_count = 0
        self._has_part = False
        """The parser holds the beginning of a head."""
        self._method_part = b""
        """The beginning of a method, kept until the method is whole."""

    def data_received(self, data: bytes) -> None:
        """Parse, at the beginning of a request with the parser that knows its method.

        The method must be whole first. The parsers accept different bytes, so the same request would get another
        answer if TCP cut it within the method.
        """
        count = self._request_count
        if self._is_between_requests():
            data, self._method_part = self._method_part + data, b""
            if _is_part_of_method(data):
                self._method_part = data
                return
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
        """Bytes that are no HTTP request, or a fault of ours. Always closed, nothing echoed.

        aiohttp's own error page quotes the request's first bytes, a token perhaps.
        """
        handler = self.connection.state.handler
        if isinstance(exc, LineTooLong):
            answer = handler.refuse(431, "header_too_large", "A request header is too large.")
        elif status < HTTPStatus.INTERNAL_SERVER_ERROR:
            answer = handler.refuse(400, "invalid_request", "The request is not well-formed HTTP.")
        else:
            answer = handler.fault(exc)
        response = WireResponse(answer)
        response.force_close()
        return response


class _QuietLogger:
    """aiohttp logs a traceback for every malformed request: a way to fill a disk. We count them instead."""

    def debug(self, *_args: object, **_options: object) -> None:
        """Nothing."""

    def exception(self, *_args: object, **options: object) -> None:
        """A fault while writing an answer: the connection is gone, the cause is worth a line."""
        log.warning("connection_failed", reason=type(options.get("exc_info")).__name__)


def parser_for(data: bytes) -> type[HttpRequestParser] | type[HttpRequestParserPy]:
    """The parser for a request that starts with ``data``: the slower one for methods that only it knows.

    Also if ``data`` ends within a very long method. What is no method is left to the fast one, which refuses it at
    once.
    """
    method = _method(data)
    return HttpRequestParser if method is None or method[1] in FAST_METHODS else HttpRequestParserPy
