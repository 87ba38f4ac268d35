"""Requests that Django can't read, and the problem for each.

They are raised inside the middleware (``wsgi.py``, ``asgi.py``), so that their responses have a request ID, the
security headers, one log line, and the service's own error format.
"""

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from vf_edge.problems import Problem

BAD_REQUEST = Problem(400, "invalid_request", "The request is malformed.")
FOREIGN_CHARSET = Problem(
    415,
    "unsupported_media_type",
    "The body must be UTF-8. Encode it in UTF-8, and name utf-8 or no charset in Content-Type.",
)
MALFORMED_CONTENT_TYPE = Problem(
    415,
    "unsupported_media_type",
    "The Content-Type header is malformed. Send a plain media type, such as application/json.",
)
ENCODED_BODY = Problem(
    415, "unsupported_media_type", "Compressed bodies are not accepted. Send the body without Content-Encoding."
)
TOO_LARGE = Problem(413, "body_too_large", "The request body is too large.")
TOO_MANY_FIELDS = Problem(400, "too_many_fields", "The request has too many parameters, fields or files.")
INCOMPLETE_BODY = Problem(400, "invalid_request", "The request body did not arrive completely.")

_PROBLEMS: dict[type[Exception], Problem] = {
    RequestDataTooBig: TOO_LARGE,
    TooManyFieldsSent: TOO_MANY_FIELDS,
    TooManyFilesSent: TOO_MANY_FIELDS,
    UnreadablePostError: INCOMPLETE_BODY,
}


class UnreadableRequest(BadRequest):
    """A request that is not what it declares to be. The message contains nothing of the request."""

    def __init__(self, problem: Problem = BAD_REQUEST) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def refusal_of(error: BaseException | None) -> Problem | None:
    """Return the problem for an error of reading the request; None for any other error.

    All of Django's own errors of this kind are included: a client can cause each of them at will, so none is an
    incident.
    """
    if isinstance(error, UnreadableRequest):
        return error.problem
    for kind, problem in _PROBLEMS.items():
        if isinstance(error, kind):
            return problem
    known = isinstance(error, BadRequest | SuspiciousOperation | MultiPartParserError)
    return BAD_REQUEST if known else None
