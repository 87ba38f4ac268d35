"""The cross-site rule for the endpoints without ForwardAuth.

It applies to sign-in too: otherwise a page of another site could sign a visitor in to the attacker's account (login
CSRF).
"""

from typing import Any

from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from vf_edge import cross_site

from ..configuration import current
from .errors import CrossSiteRequest


class FromOwnPages(BasePermission):
    """Allows requests from the platform's pages and from clients that aren't browsers."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True, or raise :class:`CrossSiteRequest`, before the body is read."""
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
    """Return True if a page sent the request: browsers add these headers to each POST, and scripts can't
    remove them.
    """
    return "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
