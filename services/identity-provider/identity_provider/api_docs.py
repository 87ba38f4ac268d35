"""``GET /api/docs/``: Swagger UI from the package, with a policy that allows no inline code and no other origin."""

from django.http import HttpRequest, HttpResponseBase

from vf_service import openapi

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Swagger UI's own icons
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def api_docs(request: HttpRequest) -> HttpResponseBase:
    """Return a page with this API, on which you can send requests.

    With ``?script``, return its start script, which has its own URL because the policy forbids inline scripts.
    """
    from drf_spectacular.views import SpectacularSwaggerSplitView  # not at start: slow to import

    openapi.keep_parameters(request, script=("",))
    # By path: otherwise the page would repeat the client's whole URL.
    view = SpectacularSwaggerSplitView.as_view(url_name="schema", url_self=request.path)
    response: HttpResponseBase = view(request)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
