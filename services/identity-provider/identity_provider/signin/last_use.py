"""The last use of a session as shown to its user: delayed and rounded, so that it reveals no exact time.

A thief with copied cookies can read the session list too. If the list changed whenever the owner refreshes, the thief
would know when the used refresh token is within its grace period. So the value depends only on earlier hours: it
changes at the start of an hour, whatever happens then.
"""

from datetime import datetime, timedelta

from .models import Session

STEP = timedelta(hours=1)


def shown_last_use(session: Session, now: datetime) -> datetime:
    """Return the hour of the last use before the current hour; without one, the hour of the sign-in."""
    if hour_of(session.last_used_at) < hour_of(now):
        return hour_of(session.last_used_at)
    return hour_of(session.used_before or session.created_at)


def note_use(session: Session, now: datetime) -> None:
    """Update :attr:`Session.last_used_at`, and keep the last use of an earlier hour."""
    if hour_of(session.last_used_at) < hour_of(now):
        session.used_before = session.last_used_at
    session.last_used_at = now


def hour_of(moment: datetime) -> datetime:
    """Return the start of the hour."""
    return moment.replace(minute=0, second=0, microsecond=0)
