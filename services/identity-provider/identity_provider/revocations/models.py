"""The revocations, which are also the outbox for the gateway."""

from django.db import models


class Kind(models.TextChoices):
    """What a revocation names: the kinds that this service uses of those that the gateway knows (docs/headers.md)."""

    SESSION = "sid"
    USER = "sub"


class Revocation(models.Model):
    """One entry of the stream ``vf:revocations``, kept until the last token that it revokes has expired."""

    kind = models.CharField(max_length=3, choices=Kind.choices)
    subject = models.CharField(max_length=64)
    """The token, session or user ID."""
    not_before = models.BigIntegerField(default=0)
    """Only for a user: tokens issued in this second (since 1970) or earlier are revoked."""
    expires_at = models.BigIntegerField(db_index=True)
    """Second since 1970 after which the entry has no effect."""
    published = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="revocations_unpublished", condition=models.Q(published=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
