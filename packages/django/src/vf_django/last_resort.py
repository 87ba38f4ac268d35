"""The response to an exception outside all middleware: problem details without any data of the request, and one log
line.
"""

from collections.abc import Mapping

import structlog

from vf_edge.identity_headers import REQUEST_ID
from vf_edge.problems import CONTENT_TYPE
from vf_edge.request_ids import choose_request_id
from vf_runtime.redaction import traceback_of

from .problems import SERVER_ERROR

STATUS = "500 Internal Server Error"

SECURITY_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""The headers that ``SecurityMiddleware`` sets, and a policy for a body that is not a page."""

log = structlog.get_logger("vf_django.requests")


def answer(offered_id: str, *, method: str, path: str, error: Exception) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and body of a 500. Log the error with the path, without the query string."""
    request_id = choose_request_id(offered_id)
    log.error("request_failed", request_id=request_id, method=method, path=path, exception=traceback_of(error))
    body = SERVER_ERROR.body(request_id)
    headers = {
        **SECURITY_HEADERS,
        "Content-Type": CONTENT_TYPE,
        "Content-Length": str(len(body)),
        REQUEST_ID: request_id,
    }
    return list(headers.items()), body
