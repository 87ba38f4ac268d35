"""Every refusal of an API is an event of the audit log."""

from typing import Any

from django.http import HttpResponse

from vf_django import problems
from vf_django.api_exceptions import problem_of

from . import audit
from .accounts.errors import WrongPassword
from .signin.errors import InvalidCredentials, RefreshRefused, TooManyAttempts

RECORDED_BY_THE_SERVICE = (InvalidCredentials, TooManyAttempts, RefreshRefused, WrongPassword)


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's ``EXCEPTION_HANDLER``: the platform's, and a line for what no service has recorded."""
    response = problems.exception_handler(error, context)
    problem = problem_of(error)
    if problem is not None and not isinstance(error, RECORDED_BY_THE_SERVICE):
        audit.record(
            audit.Event.REQUEST_REFUSED,
            user_id=getattr(context["request"].user, "id", None),
            reason=problem.code,
            endpoint=context["request"]._request.resolver_match.view_name,
        )
    return response
