"""``GET /api/auth/continue/?next=…``: the redirect target of a page load without a valid access token.

With a valid refresh token it renews the cookies and returns to ``next``; otherwise it redirects to the sign-in page. If
other cookies with our names interfere, it deletes them, and the sign-in page explains the problem.
"""

from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from vf_edge.redirects import safe_next

from .. import audit
from ..configuration import current
from ..signing.errors import TokenTooLong
from .client import Client
from .cookies import CookieForm, Others, narrow_form, set_sign_in_cookies, shown
from .credentials import PresentedCredentials
from .errors import AmbiguousCredential, ClientKeyMissing, RefreshRefused, TooManyRefreshes
from .refresh import refresh
from .services import SignIn

LOGIN_PAGE = "/accounts/login/"
OWN_PATHS = ("/api/auth/", "/api/v1/auth/")

PROBLEM_WITH_COOKIES = "cookies"
"""``?problem=`` of the sign-in page: another cookie with one of our names interferes."""

MOST_IN_A_ROW = 5
"""Maximum redirects to this endpoint within :data:`ROW_SECONDS`. More mean that the renewed tokens are rejected, so the
browser would be redirected forever.
"""

CIRCLE_FROM = 2
"""Redirects in a row after which to look for another cookie that the browser sends to ``next`` but not here."""

ROW_SECONDS = 10


@require_safe
def continue_(request: HttpRequest) -> HttpResponse:
    """Redirect to ``next`` with new cookies, or to the sign-in page."""
    target = safe_next(request.GET.get("next"), base_domain=current().base_domain)
    if target.startswith(OWN_PATHS):
        target = "/"
    marker = _marker(request)
    count = _count(request, marker.name)
    others = Others(request, seen_at=urlsplit(target).path if count >= CIRCLE_FROM else "")
    try:
        renewed = _renew(request, count)
    except AmbiguousCredential as refusal:
        audit.record(audit.Event.REQUEST_REFUSED, reason=refusal.reason, endpoint="continue")
        response: HttpResponse = HttpResponseRedirect(login_page(request, target, problem=PROBLEM_WITH_COOKIES))
        others.delete(response)
        others.delete_others_than(marker, response)
        marker.delete(response)
    except ClientKeyMissing:
        response = HttpResponseRedirect(login_page(request, target, renew="1"))
        marker.set(response, str(count + 1), max_age=ROW_SECONDS)
    else:
        response = HttpResponseRedirect(target if renewed else login_page(request, target))
        if renewed:
            set_sign_in_cookies(response, request, renewed, others=others)
            marker.set(response, str(count + 1), max_age=ROW_SECONDS)
        else:
            marker.delete(response)
    response["Cache-Control"] = "no-store"
    return response


def login_page(request: HttpRequest, target: str, **more: str) -> str:
    """Return the URL of the sign-in page that leads to ``target``."""
    origins = current().login_origins
    origin = next((origin for origin in origins if origin.startswith(f"{request.scheme}:")), "")
    return f"{origin}{LOGIN_PAGE}?{urlencode({'next': target, **more})}"


def _renew(request: HttpRequest, count: int) -> SignIn | None:
    """Return None if the user has to sign in. Raises :class:`AmbiguousCredential` if cookies are the cause.

    Raises :class:`ClientKeyMissing` if another tab has just renewed the cookies: the sign-in page has the browser's
    key.
    """
    if count >= MOST_IN_A_ROW:
        raise AmbiguousCredential("too_many_continuations")
    if request.method != "GET":
        return None
    try:
        token = PresentedCredentials.of(request).refresh_token()
        return None if token is None else refresh(token, client=Client.of(request), now=datetime.now(UTC))
    except ClientKeyMissing:
        raise
    except (
        RefreshRefused,
        TooManyRefreshes,
        TokenTooLong,
    ):  # signing in reports TokenTooLong
        return None


def _marker(request: HttpRequest) -> CookieForm:
    """Return the cookie that counts redirects in this browser; sent only to this path, with or without
    the final slash.
    """
    name = current().sessions.cookie_names.continuations
    return narrow_form(request, name, "/api/auth/continue")


def _count(request: HttpRequest, name: str) -> int:
    """Return the highest of all values: another cookie with that name must not prevent the redirects from ending."""
    counts = [value for value in shown(request, name) if len(value) == 1 and value.isdigit()]
    return max(map(int, counts), default=0)
