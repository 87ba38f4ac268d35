"""When a session was last used, as its user may see it: told so late and so coarsely that it gives no moment away.

A thief with a copy of the cookies can read the session list too. If the list changed when the owner refreshes, the
thief would know when the used refresh token is within its grace. So what is shown depends on earlier hours only: it
changes when an hour begins, whatever happens at that moment.
"""

from datetime import datetime, timedelta

from .models import Session

STEP = timedelta(hours=1)


def shown_last_use(session: Session, now: datetime) -> datetime:
    """Return the hour of the last use before the current hour; the hour of the sign-in if there is none."""
    if hour_of(session.last_used_at) < hour_of(now):
        return hour_of(session.last_used_at)
    return hour_of(session.used_before or session.created_at)


def note_use(session: Session, now: datetime) -> None:
    """Move :attr:`Session.last_used_at`, and keep the last use of an earlier hour."""
    if hour_of(session.last_used_at) < hour_of(now):
        session.used_before = session.last_used_at
    session.last_used_at = now


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour."""
    return moment.replace(minute=0, second=0, microsecond=0)
