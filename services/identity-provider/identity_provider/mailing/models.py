"""The outbox."""

from django.db import models


class Mail(models.Model):
    """An email to send. Written in the transaction of the change that causes it, so that a crash loses neither."""

    kind = models.CharField(max_length=40)
    """A key of :data:`.words.MAILS`."""
    user_id = models.CharField(max_length=64, blank=True)
    """The account, for the log; empty if the address has none."""
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """After this time, the mail is useless and not sent, for example because its code has expired."""
    next_attempt_at = models.DateTimeField()
    """Also the claim of a sender: it sets this time before it sends."""
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    """Only in development: production deletes the row of a sent mail."""

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], name="mail_to_send", condition=models.Q(sent_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
