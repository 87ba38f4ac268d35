"""What happened to an account, for its user and for operators."""

from django.db import models


class Event(models.Model):
    """One event of the audit log that concerns an account. Rows are never changed."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    """A type of event from :mod:`identity_provider.audit`."""
    succeeded = models.BooleanField()
    """False if something was refused."""
    user_id = models.CharField(max_length=64, blank=True)
    """The account; empty if the name has none. Not a foreign key: the events outlive it by ``VF_EVENTS_DAYS``."""
    actor = models.CharField(max_length=150, blank=True)
    """Who did it: a user ID, or ``command:<name>``. Empty if nobody has proven who they are."""
    network = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    session_id = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)
    """Further members of the line in the audit log."""

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-at"], name="event_of_user"),
            models.Index(fields=["at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind} {self.user_id}"
