"""A sign-in, the refresh tokens that keep it alive, and the count of failed attempts."""

from datetime import datetime

from django.db import models

from ..accounts.models import User
from ..identifiers import new_identifier


def new_session_id() -> str:
    """A session id; it is the ``sid`` of access tokens."""
    return new_identifier("ses")


class Session(models.Model):
    """One sign-in of one browser or client, from login to logout."""

    id = models.CharField(primary_key=True, max_length=64, default=new_session_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    remember = models.BooleanField()
    address = models.CharField(max_length=64)
    """The network that signed in, as :func:`signin.client.network_of` names it."""
    user_agent = models.CharField(max_length=200)
    client_key_digest = models.CharField(max_length=64, default="", db_default="")
    """SHA-256 of the key that the client gave when it signed in and that no cookie holds; empty if it gave none."""
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    used_before = models.DateTimeField(null=True)
    """The last use in an earlier hour than :attr:`last_used_at`: what :mod:`.last_use` shows until the hour is over."""
    expires_at = models.DateTimeField()
    """Moves on with each refresh."""
    access_expires_at = models.DateTimeField()
    """When the newest access token of this session expires: a revocation is kept until then."""
    revoked_at = models.DateTimeField(null=True)
    rotations = models.PositiveIntegerField(default=0, db_default=0)
    """How often its refresh token has been replaced."""
    window_began_at = models.DateTimeField(null=True)
    window_rotations = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How often since :attr:`window_began_at`; :mod:`.refresh` bounds it."""

    class Meta:
        indexes = [models.Index(fields=["user", "address"]), models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return f"{self.pk} of {self.user_id}"

    def is_live(self, now: datetime) -> bool:
        """True if the session can still be refreshed."""
        return self.revoked_at is None and now < self.expires_at


class RefreshToken(models.Model):
    """A refresh token of a session: one that is current, and the used ones, so that reuse is noticed."""

    digest = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of the token. The token itself is nowhere in the database."""
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    created_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True)
    rotated_by = models.CharField(max_length=64, default="", db_default="")
    """:meth:`Client.fingerprint` of who replaced it, and so may ask for the successor again."""
    rotated_with_key = models.BooleanField(default=False, db_default=False)
    """Whether the client proved with its key that the session is its own: then it may ask again from anywhere."""

    def __str__(self) -> str:
        return f"refresh token of {self.session_id}"


class FailureCount(models.Model):
    """How often sign-in has failed for one key (an address, a name, or both) in the current window."""

    key = models.CharField(primary_key=True, max_length=64)
    """A digest: whatever people type into a sign-in form, passwords included, is not stored."""
    failures = models.IntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.failures} failures until {self.expires_at}"
