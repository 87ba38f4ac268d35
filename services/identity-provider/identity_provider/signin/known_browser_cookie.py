"""The cookie ``vf_known``: read and set by the sign-in endpoint alone. Signing out leaves it, so that it is of use."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from ..accounts.models import User
from ..configuration import current
from .cookies import CookieForm, Others, must_be_secure, shown
from .known_browsers import LASTS, KnownBrowser

PATH = "/api/auth/login"
"""Without the final slash a browser sends it to both forms of the address (RFC 6265 §5.1.4)."""


def read(request: HttpRequest, *, now: datetime) -> KnownBrowser:
    """Read the marks of this browser."""
    sessions = current().sessions
    return KnownBrowser.read(shown(request, sessions.cookie_names.known), secret=sessions.refresh_secret, now=now)


def remember(response: HttpResponse, request: HttpRequest, browser: KnownBrowser, *, user: User, now: datetime) -> None:
    """Let this browser be known to the account that it has just signed in to."""
    name = current().sessions.cookie_names.known
    form = CookieForm(name, PATH, httponly=True, domain=None, secure=must_be_secure(request))
    Others(request).delete_others_than(form, response)
    form.set(response, browser.after_sign_in(user, now=now), max_age=int(LASTS.total_seconds()))
