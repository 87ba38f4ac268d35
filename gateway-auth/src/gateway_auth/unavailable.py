"""What a client reads when a service does not answer: Traefik's middleware ``service-away`` asks for it.

Traefik's own 502 and 504 are plain text and do not say when to come again. Nothing of the request is in the
answer but its id.
"""

from html import escape
from string import Template

from aiohttp import web

from vf_edge.identity_headers import REQUEST_ID
from vf_edge.problems import CONTENT_TYPE, Problem
from vf_edge.request_ids import choose_request_id

RETRY_AFTER_SECONDS = 5

SERVICE_UNAVAILABLE = Problem(
    503, "service_unavailable", "The service behind this address does not answer right now. Try again shortly."
)

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Not available right now</title>
  <style>
    body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto 0; padding: 0 1.5rem }
    code { overflow-wrap: anywhere }
  </style>
</head>
<body>
  <main>
    <h1>Not available right now</h1>
    <p>$detail</p>
    <p><a href="">Try again</a></p>
    <p>Reference <code>$request_id</code></p>
  </main>
</body>
</html>
""")


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
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        page = _PAGE.substitute(detail=SERVICE_UNAVAILABLE.detail, request_id=escape(request_id))
        return web.Response(status=503, text=page, content_type="text/html", headers=headers)
    headers["Content-Type"] = CONTENT_TYPE
    return web.Response(status=503, body=SERVICE_UNAVAILABLE.body(request_id), headers=headers)
