"""Storing events, and deleting those that are older than ``VF_EVENTS_DAYS``."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction

from .. import audit
from ..cleaning.rows import delete_in_batches
from .models import Event

log = structlog.get_logger(__name__)

NOT_STORED = frozenset(
    {
        audit.Event.SESSION_REFRESHED,
        audit.Event.REFRESH_REPEATED,
        audit.Event.PASSWORD_HASH_UPGRADED,
        audit.Event.PROGRAM_TOKEN_ISSUED,
    }
)
"""Routine that no user asked for: a refresh happens every few minutes in each open tab. The audit log has it."""

OF_ANY_NAME = frozenset({audit.Event.SIGN_IN_FAILED, audit.Event.SIGN_IN_LIMITED, audit.Event.PROGRAM_TOKEN_REFUSED})
"""Stored for names without an account too, so that the time of a response doesn't reveal who has one."""

stored_with: list[Callable[[Event], None]] = []
"""Functions that are called in the transaction that stores an event. An app adds its function when it is ready."""


def store(recorded: audit.Recorded) -> None:
    """Store an event that concerns an account or a sign-in, once the current transaction is committed.

    The audit log limits what anyone on the internet can cause, and only admitted events arrive here. If the database
    is unavailable, the log has the event, and a line that says that it was not stored.
    """
    if recorded.event in NOT_STORED or (recorded.user_id is None and recorded.event not in OF_ANY_NAME):
        return
    context, details = recorded.context, dict(recorded.details)
    event = Event(
        at=datetime.now(UTC),
        kind=recorded.event.value,
        succeeded=recorded.event not in audit.REFUSALS,
        user_id=recorded.user_id or "",
        actor=(context.actor or "")[:150],
        network=context.network or "",
        user_agent=context.user_agent,
        session_id=details.pop("session_id", ""),
        request_id=context.request_id,
        reason=(recorded.reason or "")[:500],
        details=details,
    )
    with _without_the_database(event):
        transaction.on_commit(lambda: _save(event))


def _save(event: Event) -> None:
    with _without_the_database(event):
        if stored_with:
            with transaction.atomic():
                event.save(force_insert=True)
                for receive in stored_with:
                    receive(event)
        else:
            event.save(force_insert=True)


@contextmanager
def _without_the_database(event: Event) -> Iterator[None]:
    """Go on if the database fails: what was done is done, and the audit log has it."""
    try:
        yield
    except DatabaseError as error:
        log.warning("event_not_stored", kind=event.kind, user_id=event.user_id, reason=type(error).__name__)


def delete_old_events(*, now: datetime) -> None:
    """Delete events that are older than ``VF_EVENTS_DAYS``."""
    before = now - timedelta(days=settings.VF_IDENTITY.events_days)
    delete_in_batches(Event.objects.filter(at__lt=before))
