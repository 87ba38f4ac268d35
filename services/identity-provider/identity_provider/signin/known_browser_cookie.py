"""The cookie ``vf_known``: read and set by the sign-in endpoint alone. Signing out leaves it, so that it is of use."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from vf_edge import cookies

from ..accounts.models import User
from ..configuration import current
from .cookies import CookieForm, must_be_secure
from .known_browsers import LASTS, KnownBrowser

NAME = "vf_known"
PATH = "/api/auth/login"
"""Without the final slash a browser sends it to both forms of the address (RFC 6265 §5.1.4)."""


def read(request: HttpRequest, *, now: datetime) -> KnownBrowser:
    """Read the marks of this browser."""
    header = request.META.get("HTTP_COOKIE", "").encode("latin-1", "replace")
    return KnownBrowser.read(cookies.values(header, NAME.encode()), secret=current().sessions.refresh_secret, now=now)


def remember(response: HttpResponse, request: HttpRequest, browser: KnownBrowser, *, user: User, now: datetime) -> None:
    """Let this browser be known to the account that it has just signed in to."""
    form = CookieForm(NAME, PATH, httponly=True, domain=None, secure=must_be_secure(request))
    form.set(response, browser.after_sign_in(user, now=now), max_age=int(LASTS.total_seconds()))
