"""The outbox: filled in the transaction of an event, emptied by :mod:`.sender`."""

from datetime import datetime, timedelta

from ..events.models import Event
from .models import Delivery

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)
"""Age of an event after which it isn't sent any more. It stays in the table of events."""


def enqueue(event: Event) -> None:
    """Keep a delivery of this event, in the caller's transaction."""
    Delivery.objects.create(event=event, next_attempt_at=event.at)


def note_failure(delivery: Delivery, *, now: datetime) -> bool:
    """Schedule the next attempt. Return False if the delivery was given up instead."""
    if now - delivery.event.at >= GIVEN_UP_AFTER:
        delivery.delete()
        return False
    pause = min(FIRST_PAUSE * 2 ** min(delivery.attempts, 20), LONGEST_PAUSE)
    Delivery.objects.filter(pk=delivery.pk).update(attempts=delivery.attempts + 1, next_attempt_at=now + pause)
    return True
