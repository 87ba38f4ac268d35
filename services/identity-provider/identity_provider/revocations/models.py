"""The record of what is revoked, and at the same time the outbox to the edge."""

from django.db import models


class Kind(models.TextChoices):
    """What a revocation names: of the kinds that the edge knows (docs/headers.md), those that we need."""

    SESSION = "sid"
    USER = "sub"


class Revocation(models.Model):
    """One entry of the stream ``vf:revocations``, kept until the last token that it concerns has expired."""

    kind = models.CharField(max_length=3, choices=Kind.choices)
    subject = models.CharField(max_length=64)
    """The token, session or user id."""
    not_before = models.BigIntegerField(default=0)
    """Only for a user: tokens issued in this second (since 1970) or earlier are revoked."""
    expires_at = models.BigIntegerField(db_index=True)
    """Second since 1970 after which nobody needs this entry."""
    published = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="revocations_unpublished", condition=models.Q(published=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
