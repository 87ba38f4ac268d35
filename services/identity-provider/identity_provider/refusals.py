"""Audit events for every rejected API request."""

from typing import Any

from django.http import HttpResponse

from vf_django import problems
from vf_django.api_exceptions import problem_of

from . import audit
from .accounts.errors import WrongPassword
from .factors.errors import IncorrectCode, IncorrectPasskey
from .programs.errors import TooManyExchanges
from .signin.errors import InvalidCredentials, RefreshRefused, TooManyAttempts, TooManyRefreshes
from .signing.errors import TokenTooLong

RECORDED_BY_THE_SERVICE = (
    *(InvalidCredentials, TooManyAttempts, TooManyRefreshes, RefreshRefused, TokenTooLong),
    *(WrongPassword, TooManyExchanges, IncorrectCode, IncorrectPasskey),
)


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's ``EXCEPTION_HANDLER``: respond as the platform does, and record rejections that no service recorded."""
    response = problems.exception_handler(error, context)
    problem = problem_of(error)
    if problem is not None and not isinstance(error, RECORDED_BY_THE_SERVICE):
        # Django's request: DRF's might authenticate now and raise an exception here.
        http = context["request"]._request
        audit.record(
            audit.Event.REQUEST_REFUSED,
            user_id=getattr(getattr(http, "user", None), "id", None),
            reason=problem.code,
            endpoint=http.resolver_match.view_name if http.resolver_match else None,
        )
    return response
