"""First middleware in the list: it adds the request ID to every log line and logs one line when a request ends."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bind_contextvars, clear_contextvars

from vf_edge.identity_headers import REQUEST_ID

from ..probes import let_probes_in
from ..problems import ProblemResponse
from ..request_id import request_id_of

log = structlog.get_logger("vf_django.access")

_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Endpoints that machines call every few seconds. Only their failures are logged."""


class RequestContextMiddleware:
    """Takes ``X-Request-Id`` from the gateway (or generates one), binds it to the log and returns it in
    the response.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Assign the request ID, and log the result of the request."""
        started = time.perf_counter()
        let_probes_in(request)  # for services with Django's own handler, and for their tests
        request_id = request_id_of(request)
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        response = self._get_response(request)
        response[REQUEST_ID] = request_id
        if request.path not in _QUIET or response.status_code >= 400:
            # The path without its query string, which can contain search terms and tokens.
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
                user=getattr(getattr(request, "user", None), "id", None),
                **_actor(request),
                **_why(response),
            )
        return response


def _actor(request: HttpRequest) -> dict[str, str]:
    """Return the operator who acts as the user, so that the line names both."""
    actor = getattr(getattr(request, "user", None), "actor_id", None)
    return {"actor": actor} if actor else {}


def _why(response: HttpResponseBase) -> dict[str, str]:
    """Return the code of a problem, so that one line explains a denial."""
    return {"code": response.problem.code} if isinstance(response, ProblemResponse) else {}
