"""The cross-site rule for the endpoints that ForwardAuth does not guard.

It holds for signing in too: otherwise a foreign page could sign a visitor in as somebody else (login CSRF).
"""

from typing import Any

from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from vf_edge import cross_site

from ..configuration import current
from .errors import CrossSiteRequest


class FromOwnPages(BasePermission):
    """Lets through what our own pages or no browser at all sent."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """True, or raises :class:`CrossSiteRequest`; before the body is read."""
        http = request._request
        own = f"{http.scheme}://{http.get_host()}"
        allowed = cross_site.is_allowed(
            method=http.method or "",
            websocket=False,
            fetch_site=http.headers.get("Sec-Fetch-Site"),
            origin=http.headers.get("Origin"),
            allowed_origins=current().sessions.allowed_origins | {own},
        )
        if not allowed:
            raise CrossSiteRequest
        return True


def is_browser(request: HttpRequest) -> bool:
    """True if a page sent this: browsers add these headers to each POST, and a script cannot take them off."""
    return "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
