"""The ASGI application of a service: ``application = get_asgi_application()``. :mod:`vf_django.wsgi` is the WSGI
counterpart.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import django
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase, UnreadablePostError

from vf_runtime.redaction import redact_server_logs

from . import last_resort
from .guarded_headers import check_response, guard_multipart
from .readable_requests import asgi_request, refuse_unreadable
from .refusals import INCOMPLETE_BODY, UnreadableRequest

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


def get_asgi_application() -> "Handler":
    """Set Django up and return the application. From then on, no server in this process logs a query string."""
    django.setup(set_prefix=False)
    redact_server_logs()
    guard_multipart()
    return Handler()


class Handler(ASGIHandler):
    """Django's handler, which turns every exception into a response."""

    request_class = staticmethod(asgi_request)  # type: ignore[assignment]

    async def handle(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        """Answer one request."""
        sender = _Sender(send)
        try:
            await super().handle(scope, receive, sender)  # type: ignore[arg-type]
        except Exception as error:
            if sender.has_begun:
                raise  # part of the response is sent: the server must close the connection
            offered = dict(scope.get("headers", [])).get(b"x-request-id", b"").decode("latin-1")
            headers, body = last_resort.answer(offered, method=scope["method"], path=scope["path"], error=error)
            encoded = [(name.lower().encode(), value.encode()) for name, value in headers]
            await send({"type": "http.response.start", "status": 500, "headers": encoded})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Reject an unreadable request here, inside all middleware, so that the response has the usual headers and log
        line.
        """
        refuse_unreadable(request)
        try:
            response: HttpResponseBase = await super()._get_response_async(request)  # type: ignore[misc]
        except UnreadablePostError as error:
            raise UnreadableRequest(INCOMPLETE_BODY) from error
        return response


class _Sender:
    """A ``send`` that rejects control characters in headers and remembers whether a response has started."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            check_response((name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"])
            self.has_begun = True
        await self._send(message)
