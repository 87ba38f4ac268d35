"""The cookie ``vf_known``, which each way to sign in reads and sets. Sign-out keeps it for the next sign-in."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from ..accounts.models import User
from ..configuration import current
from .cookies import Others, narrow_form, shown
from .known_browsers import LASTS, KnownBrowser


def read(request: HttpRequest, *, now: datetime) -> KnownBrowser:
    """Read the marks of this browser."""
    sessions = current().sessions
    return KnownBrowser.read(shown(request, sessions.cookie_names.known), secret=sessions.refresh_secret, now=now)


def remember(response: HttpResponse, request: HttpRequest, browser: KnownBrowser, *, user: User, now: datetime) -> None:
    """Mark this browser as known to the account that has just signed in."""
    name = current().sessions.cookie_names.known
    form = narrow_form(request, name)
    Others(request).delete_others_than(form, response)
    form.set(response, browser.after_sign_in(user, now=now), max_age=int(LASTS.total_seconds()))
