"""The outbox of webhooks."""

from django.db import models

from ..events.models import Event
from ..identifiers import new_identifier


def new_message_id() -> str:
    """Return the ``webhook-id``, which stays the same in each attempt, so that receivers can ignore repeats."""
    return new_identifier("msg")


class Delivery(models.Model):
    """An event that has not been delivered. Written in the event's transaction, deleted after the delivery."""

    id = models.CharField(primary_key=True, max_length=64, default=new_message_id, editable=False)
    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="delivery")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.pk}: event {self.event_id}"
