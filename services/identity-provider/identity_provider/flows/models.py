"""The state of flows."""

from django.db import models

from ..signin.models import Session


class FlowState(models.Model):
    """What Django calls a session: the state of an incomplete sign-in, or of account management in a session."""

    key = models.CharField(primary_key=True, max_length=80)
    """``flow:`` and the SHA-256 of the flow cookie, or ``sid:`` and a session ID. A client never sends this value."""
    session = models.ForeignKey(Session, null=True, on_delete=models.CASCADE, related_name="+")
    data = models.TextField()
    """Encrypted, because it contains codes. See :mod:`.state`."""
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"state until {self.expires_at}"
