"""First in the list: every log line of a request carries its id, and each request ends in one line."""

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
"""Asked every few seconds by machines; logged only when they fail."""


class RequestContextMiddleware:
    """Takes ``X-Request-Id`` from the edge (or makes one), binds it to the log and sends it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the request its id and log how it ended."""
        started = time.perf_counter()
        let_probes_in(request)  # for a service with Django's own handler, and for its tests
        request_id = request_id_of(request)
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        response = self._get_response(request)
        response[REQUEST_ID] = request_id
        if request.path not in _QUIET or response.status_code >= 400:
            # The path without its query: queries hold what people search for, and sometimes tokens.
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
                user=getattr(getattr(request, "user", None), "id", None),
                **_why(response),
            )
        return response


def _why(response: HttpResponseBase) -> dict[str, str]:
    """The code of a problem, so that one line says all about a refusal."""
    return {"code": response.problem.code} if isinstance(response, ProblemResponse) else {}
