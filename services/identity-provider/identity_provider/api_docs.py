"""``GET /api/docs/``: Swagger UI from the package, under a policy that allows nothing inline and nothing foreign."""

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
    """The page; with ``?script`` the script that starts it, an address of its own since it may not be inline."""
    from drf_spectacular.views import SpectacularSwaggerSplitView  # a person asks for it, a start should not wait

    openapi.keep_parameters(request, script=("",))
    # By its path: otherwise the page would name the script by the whole URL that the client asked for.
    view = SpectacularSwaggerSplitView.as_view(url_name="schema", url_self=request.path)
    response: HttpResponseBase = view(request)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
