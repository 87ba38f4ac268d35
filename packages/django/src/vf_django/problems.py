"""Problem details (RFC 9457) for every error of an API: DRF's exceptions, and Django's own error pages.

Point ``REST_FRAMEWORK["EXCEPTION_HANDLER"]`` at :func:`exception_handler`, the URLconf's ``handler400`` to
``handler500`` at the functions of those names, and ``CSRF_FAILURE_VIEW`` at :func:`csrf_failure`.
"""

import sys
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from vf_edge.problems import CONTENT_TYPE, Problem
from vf_runtime.redaction import traceback_of

from .denied import NOT_FOUND, PERMISSION_DENIED
from .refusals import BAD_REQUEST, refusal_of
from .request_id import request_id_of

CHALLENGE = 'Bearer realm="vf"'
"""``WWW-Authenticate`` of a 401 without a credential (RFC 6750 §3: no error code)."""

RETRY_AFTER = "5"
"""Seconds that a client should wait before it retries while the database is unavailable."""

CSRF_FAILED = Problem(403, "csrf_failed", "The form's CSRF token is missing or expired. Reload the page and try again.")
SERVER_ERROR = Problem(500, "server_error", "Internal error. It has been logged with this request ID.")
DATABASE_UNAVAILABLE = Problem(503, "database_unavailable", "The database is unavailable. Try again in a few seconds.")

log = structlog.get_logger("vf_django.problems")


class ProblemResponse(HttpResponse):
    """An ``application/problem+json`` response."""

    def __init__(self, request: HttpRequest, problem: Problem, headers: dict[str, str] | None = None) -> None:
        super().__init__(
            problem.body(request_id_of(request)), content_type=CONTENT_TYPE, status=problem.status, headers=headers
        )
        self.problem = problem
        self.headers["Content-Length"] = str(len(self.content))
        self.headers.setdefault("Cache-Control", "no-store")
        if problem.status == 401:
            self.headers.setdefault("WWW-Authenticate", CHALLENGE)
        if problem.status == 503:
            self.headers.setdefault("Retry-After", RETRY_AFTER)


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's ``EXCEPTION_HANDLER``. Return None for an unknown error: Django logs it and returns a 500."""
    from rest_framework.views import set_rollback  # a service without DRF can use the rest of this module

    from .api_exceptions import headers_of, problem_of

    request = context["request"]._request
    if is_outage(error):
        log.error("database_unavailable", error=type(error).__name__, exception=traceback_of(error))
        set_rollback()
        return ProblemResponse(request, DATABASE_UNAVAILABLE)
    problem = problem_of(error)
    if problem is None:
        return None
    set_rollback()
    return ProblemResponse(request, problem, headers_of(error))


def is_outage(error: BaseException | None) -> bool:
    """Return True if the database is down or overloaded, False for misuse by the service (a constraint,
    invalid SQL).
    """
    return isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler400``, for example for a ``Host`` that is not allowed; also for 413 and 415."""
    return ProblemResponse(request, refusal_of(exception) or BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler403``."""
    return ProblemResponse(request, PERMISSION_DENIED)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler404``."""
    return ProblemResponse(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``. A database outage outside of DRF is a 503."""
    return ProblemResponse(request, DATABASE_UNAVAILABLE if is_outage(sys.exc_info()[1]) else SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``. Django logs the reason."""
    return ProblemResponse(request, CSRF_FAILED)
