"""The WSGI application of a service: ``application = get_wsgi_application()`` in its ``wsgi.py``, instead of Django's.

This is the outermost layer under any server (gunicorn, uWSGI, waitress, mod_wsgi). Django's own application leaves
errors outside the middleware to the server, which responds with HTML and logs the query string.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponseBase, UnreadablePostError

from vf_runtime.redaction import redact_server_logs

from . import last_resort
from .guarded_headers import check_response, guard_multipart
from .readable_requests import refuse_unreadable, wsgi_request
from .refusals import INCOMPLETE_BODY, UnreadableRequest


def get_wsgi_application() -> "Handler":
    """Set Django up and return the application. From then on, no server in this process logs a query string."""
    django.setup(set_prefix=False)
    redact_server_logs()
    guard_multipart()
    return Handler()


class Handler(WSGIHandler):
    """Django's handler, which turns every exception into a response."""

    request_class = staticmethod(wsgi_request)  # type: ignore[assignment]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:  # type: ignore[override]
        """Answer one request."""
        # Copied before other code can change them.
        method, path = environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", "")
        try:
            return super().__call__(environ, _checked(start_response))
        except Exception as error:
            headers, body = last_resort.answer(
                environ.get("HTTP_X_REQUEST_ID", ""), method=method, path=path, error=error
            )
            start_response(last_resort.STATUS, headers, sys.exc_info())
            return [] if method == "HEAD" else [body]

    def _get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Reject an unreadable request here, inside all middleware, so that the response has the usual headers and log
        line.
        """
        refuse_unreadable(request)
        try:
            response: HttpResponseBase = super()._get_response(request)  # type: ignore[misc]
        except UnreadablePostError as error:
            raise UnreadableRequest(INCOMPLETE_BODY) from error
        return response


def _checked(start_response: Callable[..., Any]) -> Callable[..., Any]:
    """Return a ``start_response`` that rejects headers with a control character: servers treat them differently."""

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        check_response(headers)
        return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

    return start
