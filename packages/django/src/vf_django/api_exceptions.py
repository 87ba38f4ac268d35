"""The problem for each of DRF's exceptions."""

import math
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404
from rest_framework import exceptions

from vf_edge.problems import Problem

from .denied import CREDENTIAL_REQUIRED, NOT_FOUND, PERMISSION_DENIED
from .refusals import refusal_of

_CODES: dict[type[exceptions.APIException], str] = {
    exceptions.ParseError: "invalid_request",
    exceptions.AuthenticationFailed: "token_invalid",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "throttled",
}

_WORDS: dict[type[exceptions.APIException], str] = {
    exceptions.MethodNotAllowed: "This URL does not support the request method. The Allow header lists those it does.",
    exceptions.UnsupportedMediaType: "The media type of the body is not supported. Send JSON as application/json.",
}
"""Texts that replace DRF's, which quote the client."""


def problem_of(error: Exception) -> Problem | None:
    """Return the problem, or None for an error that is not meant for the client."""
    if isinstance(error, exceptions.ValidationError):
        return Problem(400, "validation_failed", "Some fields are not valid.", {"errors": _errors(error.detail)})
    if isinstance(error, exceptions.NotAuthenticated):
        return CREDENTIAL_REQUIRED
    if isinstance(error, (Http404, exceptions.NotFound)):
        return _worded(NOT_FOUND, error)
    if isinstance(error, (DjangoPermissionDenied, exceptions.PermissionDenied)):
        return _worded(PERMISSION_DENIED, error)
    if isinstance(error, exceptions.APIException):
        status = 401 if isinstance(error, exceptions.AuthenticationFailed) else error.status_code
        return Problem(status, _code_of(error), _detail_of(error), dict(getattr(error, "members", {})))
    return refusal_of(error)


def headers_of(error: Exception) -> dict[str, str]:
    """Return the response headers that belong to the problem."""
    wait = getattr(error, "wait", None)
    return {} if wait is None else {"Retry-After": str(math.ceil(wait))}


def _code_of(error: exceptions.APIException) -> str:
    given = error.get_codes()
    if isinstance(given, str) and given != error.default_code:
        return given
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), str(error.default_code))


def _detail_of(error: exceptions.APIException) -> str:
    """Return the view's own text. DRF's texts quote the method or media type that the client sent, so they are
    replaced.
    """
    detail = str(error.detail)
    for kind, words in _WORDS.items():
        if isinstance(error, kind) and detail.startswith(str(kind.default_detail).partition("{")[0]):
            return words
    return detail


def _worded(problem: Problem, error: Exception) -> Problem:
    """Return the problem with the view's own code and text, such as ``role_required``. Django's can contain parts of
    the request.
    """
    detail = getattr(error, "detail", None)
    if not isinstance(detail, exceptions.ErrorDetail) or detail.code == getattr(type(error), "default_code", None):
        return problem
    return Problem(problem.status, str(detail.code), str(detail))


def _errors(detail: Any) -> dict[str, Any]:
    """Return the errors by field; errors of no single field are under ``non_field_errors``."""
    return dict(detail) if isinstance(detail, dict) else {"non_field_errors": list(detail)}
