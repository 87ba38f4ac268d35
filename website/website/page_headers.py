"""Response headers of every page."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase

from .addresses import api_origins


class PageHeadersMiddleware:
    """Sets the Content-Security-Policy, and prevents caching: each page can show a username."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the page with its headers."""
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers["Content-Security-Policy"] = content_security_policy(
            _connect_origins(request), base_domain=settings.BASE_DOMAIN
        )
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        return response


def content_security_policy(connect_origins: Iterable[str] = (), *, base_domain: str) -> str:
    """Return a policy that allows only this origin and nothing inline; scripts may also call ``connect_origins``.

    Trusted Types block the conversion of strings into markup, so a mistake in a script can't become an injection.
    """
    directives = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",  # Bootstrap's style sheet contains its icons as data
        "connect-src": " ".join(("'self'", *connect_origins)),
        "object-src": "'none'",
        "base-uri": "'none'",
        # The sign-in form posts to this origin, which redirects to `next` on any host of the platform.
        "form-action": f"'self' {base_domain}:* *.{base_domain}:*",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _connect_origins(request: HttpRequest) -> list[str]:
    try:
        return [origin for origin in api_origins(request).values() if origin]
    except DisallowedHost:  # the response is the error page for it
        return []
