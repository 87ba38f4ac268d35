"""The host of Django's admin: it has URLs of its own, and no other host has them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.http.request import split_domain_port

from ..configuration import current

URLS = "identity_provider.admin.urls"
API = "/api/"
"""The API keeps its URLs on this host, because users sign in and out there. Traefik decides which are routed."""


class AdminHostMiddleware:
    """Gives the host ``admin.BASE_DOMAIN`` the URLs of the admin, if ``VF_ADMIN`` is on.

    Every other host responds with 404 to these URLs, because they don't exist there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Choose the URLs, and complete the headers of the admin's responses."""
        if not _is_for_admin(request):
            return self._get_response(request)
        request.urlconf = URLS
        response = self._get_response(request)
        response.headers["Content-Security-Policy"] = content_security_policy(current().base_domain)
        return response


def content_security_policy(base_domain: str) -> str:
    """Return a policy that allows only this host and nothing inline."""
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "base-uri": "'none'",
        # A search or a sign-out can be redirected to the sign-in page, with subdomains on another host.
        "form-action": f"'self' {base_domain}:* *.{base_domain}:*",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _is_for_admin(request: HttpRequest) -> bool:
    host, _ = split_domain_port(request.get_host())
    return bool(host) and host == current().admin_host and not request.path_info.startswith(API)
