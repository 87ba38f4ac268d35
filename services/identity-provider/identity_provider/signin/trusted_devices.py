"""Browsers that a user trusts: after the password, they need no second factor for ``VF_TRUST_DEVICES`` days.

The cookie ``vf_trusted`` has marks in the form of :mod:`.known_browsers`, for another purpose. They also depend on the
account's factors, so each change of the factors, and a new password, invalidates them. "Sign out everywhere" and new
roles do that by their time. A session that began without a factor is one of one factor.
"""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse

from ..accounts.models import User
from ..configuration import current
from .cookies import Others, narrow_form, shown
from .known_browsers import KnownBrowser

PURPOSE = b"vf-trusted-device"

PATH = "/api/auth/login"
"""Without the final slash, a browser sends the cookie to both forms of the path (RFC 6265 §5.1.4)."""


def is_trusted(request: HttpRequest, user: User, *, factors: str, now: datetime) -> bool:
    """Return True if the user trusts this browser. ``factors`` is their fingerprint."""
    days = current().trust_devices
    if not days:
        return False
    since = max(now - timedelta(days=days), datetime.fromtimestamp(user.tokens_not_before, UTC))
    return _read(request, factors, now=now).mark_since(user, since) is not None


def trust(response: HttpResponse, request: HttpRequest, user: User, *, factors: str, now: datetime) -> None:
    """Mark this browser as trusted, if the setting permits it."""
    days = current().trust_devices
    if not days:
        return
    name = current().sessions.cookie_names.trusted
    form = narrow_form(request, name, PATH)
    Others(request).delete_others_than(form, response)
    value = _read(request, factors, now=now).after_sign_in(user, now=now)
    form.set(response, value, max_age=int(timedelta(days=days).total_seconds()))


def _read(request: HttpRequest, factors: str, *, now: datetime) -> KnownBrowser:
    sessions = current().sessions
    values = shown(request, sessions.cookie_names.trusted)
    return KnownBrowser.read(values, secret=sessions.refresh_secret, now=now, purpose=PURPOSE, also=factors)
