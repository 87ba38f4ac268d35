"""``GET /api/auth/continue/?next=…``: where a page navigation without a valid access token goes.

With a valid refresh token it renews the cookies and returns to ``next``; otherwise it goes on to the login page.
"""

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from vf_edge.redirects import safe_next

from .. import audit
from ..configuration import current
from .cookies import CookieForm, must_be_secure, set_sign_in_cookies
from .credentials import PresentedCredentials
from .errors import AmbiguousCredential, RefreshRefused
from .refresh import refresh
from .services import SignIn

LOGIN_PAGE = "/accounts/login/"
OWN_PATHS = "/api/auth/"

MOST_IN_A_ROW = 5
"""Continuations within :data:`ROW_SECONDS`. More means that the renewed tokens are refused where they are shown, and
that without an end the browser would go round in a circle."""

ROW_SECONDS = 10


@require_safe
def continue_(request: HttpRequest) -> HttpResponse:
    """Redirect to ``next`` with new cookies, or to the login page."""
    target = safe_next(request.GET.get("next"), base_domain=current().base_domain)
    if target.startswith(OWN_PATHS):
        target = "/"
    marker = _marker(request)
    count = _count(request, marker.name)
    renewed = _renew(request) if count < MOST_IN_A_ROW and request.method == "GET" else None
    if count >= MOST_IN_A_ROW:
        _record_refusal("too_many_continuations")
    if renewed is None:
        response: HttpResponse = HttpResponseRedirect(_login_page(request, target))
        marker.delete(response)
    else:
        response = HttpResponseRedirect(target)
        set_sign_in_cookies(response, request, renewed)
        marker.set(response, str(count + 1), max_age=ROW_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _login_page(request: HttpRequest, target: str) -> str:
    origins = current().login_origins
    origin = next((origin for origin in origins if origin.startswith(f"{request.scheme}:")), "")
    return f"{origin}{LOGIN_PAGE}?{urlencode({'next': target})}"


def _renew(request: HttpRequest) -> SignIn | None:
    try:
        token = PresentedCredentials.of(request).refresh_token()
        return None if token is None else refresh(token, now=datetime.now(UTC))
    except AmbiguousCredential as refusal:
        _record_refusal(refusal.default_code)
        return None
    except RefreshRefused:
        return None


def _record_refusal(reason: str) -> None:
    audit.record(audit.Event.REQUEST_REFUSED, reason=reason, endpoint="continue")


def _marker(request: HttpRequest) -> CookieForm:
    """Counts continuations in this browser; it is only seen by this address, with and without its final slash."""
    return CookieForm("vf_continue", "/api/auth/continue", httponly=True, domain=None, secure=must_be_secure(request))


def _count(request: HttpRequest, name: str) -> int:
    value = request.COOKIES.get(name, "")
    return int(value) if len(value) == 1 and value.isascii() and value.isdigit() else 0
