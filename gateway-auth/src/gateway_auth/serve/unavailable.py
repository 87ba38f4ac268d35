"""What a client reads when a service does not answer: Traefik's middleware ``service-away`` asks for it.

Traefik's own 502 and 504 are plain text and do not say when to come again. Nothing of the request is in the
answer but its id.
"""

from aiohttp import web

from vf_edge.identity_headers import REQUEST_ID
from vf_edge.problems import CONTENT_TYPE, Problem
from vf_edge.request_ids import choose_request_id

from ..answer.pages import CONTENT_SECURITY_POLICY, page

RETRY_AFTER_SECONDS = 5

SERVICE_UNAVAILABLE = Problem(503, "service_unavailable", "The service isn't responding. Try again in a few seconds.")


async def unavailable(request: web.Request) -> web.Response:
    """503 with ``Retry-After`` (RFC 9110 §10.2.3): a page for a person, problem details for everybody else."""
    request_id = choose_request_id(request.headers.get(REQUEST_ID, ""))
    headers = {
        "Retry-After": str(RETRY_AFTER_SECONDS),
        "Cache-Control": "no-store",
        REQUEST_ID: request_id,
        "Server": "vf",  # aiohttp's own names its version and Python's
    }
    if "text/html" in request.headers.get("Accept", ""):
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        text = page("Service unavailable", SERVICE_UNAVAILABLE.detail, request_id)
        return web.Response(status=503, text=text, content_type="text/html", headers=headers)
    headers["Content-Type"] = CONTENT_TYPE
    return web.Response(status=503, body=SERVICE_UNAVAILABLE.body(request_id), headers=headers)
