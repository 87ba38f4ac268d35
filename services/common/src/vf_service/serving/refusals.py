"""Responses of the server itself, before any application: problem details that repeat nothing of the request."""

import secrets

from waitress.utilities import Error  # type: ignore[import-untyped]

from vf_edge.problems import CONTENT_TYPE, Problem

_PROBLEMS = {
    400: Problem(400, "invalid_request", "The request is not valid HTTP."),
    408: Problem(408, "request_timeout", "The request took too long to arrive. Check the connection and try again."),
    413: Problem(413, "body_too_large", "The request body is too large."),
    431: Problem(
        431,
        "header_too_large",
        "The request headers are too large. If this is a browser, delete this site's cookies and sign in again.",
    ),
    501: Problem(501, "not_implemented", "This transfer coding isn't supported."),
}
_INTERNAL = Problem(500, "server_error", "Internal error. It has been logged.")


class RequestTimeout(Error):  # type: ignore[misc]
    """408 (RFC 9110 §15.5.9): the client is too slow. A 503 would say that the service is down."""

    code = 408
    reason = "Request Timeout"


def response(error: Error) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return status line, headers and body for one of waitress's errors."""
    problem = _PROBLEMS.get(error.code, _INTERNAL)
    request_id = secrets.token_hex(16)
    headers = [
        ("Content-Type", CONTENT_TYPE),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Request-Id", request_id),
    ]
    return f"{problem.status} {problem.title}", headers, problem.body(request_id)
