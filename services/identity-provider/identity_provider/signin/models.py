"""Sessions, their refresh tokens, and counts of failed sign-ins."""

from datetime import datetime

from django.db import models

from ..accounts.models import User
from ..identifiers import new_identifier
from .authentication import PASSWORD


def new_session_id() -> str:
    """Return a session ID, the ``sid`` of access tokens."""
    return new_identifier("ses")


class Session(models.Model):
    """A session of one browser or client, from sign-in to sign-out."""

    id = models.CharField(primary_key=True, max_length=64, default=new_session_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    remember = models.BooleanField()
    address = models.CharField(max_length=64)
    """The network that signed in, as :func:`signin.client.network_of` returns it."""
    user_agent = models.CharField(max_length=200)
    client_key_digest = models.CharField(max_length=64, default="", db_default="")
    """SHA-256 of the client key from the sign-in, which no cookie contains; empty without one."""
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    used_before = models.DateTimeField(null=True)
    """The last use in an earlier hour than :attr:`last_used_at`: the value that :mod:`.last_use` shows during this
    hour.
    """
    expires_at = models.DateTimeField()
    """Each refresh extends it."""
    access_expires_at = models.DateTimeField()
    """Expiry of the session's newest access token. A revocation is kept until then."""
    revoked_at = models.DateTimeField(null=True)
    rotations = models.PositiveIntegerField(default=0, db_default=0)
    """How often the refresh token has been replaced."""
    window_began_at = models.DateTimeField(null=True)
    window_rotations = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Replacements since :attr:`window_began_at`, limited by :mod:`.refresh`."""
    methods = models.CharField(max_length=60, default=PASSWORD, db_default=PASSWORD)
    """How the user has signed in or confirmed the identity, as :func:`.authentication.joined` returns it."""
    authenticated_at = models.DateTimeField(null=True)
    """The latest sign-in or reauthentication. Use :attr:`proven_at`."""

    actor = models.CharField(max_length=64, default="", db_default="")
    """User ID of the operator who uses this session as its user; empty for the user's own. It isn't extended."""

    class Meta:
        indexes = [
            models.Index(fields=["user", "address"]),
            models.Index(fields=["expires_at"]),
            models.Index(fields=["actor"], name="session_of_actor", condition=~models.Q(actor="")),
        ]

    def __str__(self) -> str:
        return f"{self.pk} of {self.user_id}"

    def is_live(self, now: datetime) -> bool:
        """Return True if the session can still be refreshed."""
        return self.revoked_at is None and now < self.expires_at

    @property
    def proven_at(self) -> datetime:
        """When the user last proved the identity. Sessions from before this was recorded: at the sign-in."""
        return self.authenticated_at or self.created_at

    @property
    def used_factors(self) -> list[str]:
        """Return the methods used in this session, the ``amr`` of its access tokens."""
        return str(self.methods).split()


class RefreshToken(models.Model):
    """A refresh token of a session: the current one, or a used one, kept to detect reuse."""

    digest = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of the token. The database doesn't contain the token."""
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    created_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True)
    rotated_by = models.CharField(max_length=64, default="", db_default="")
    """:meth:`Client.fingerprint` of the client that replaced the token, and may get the successor again."""
    rotated_with_key = models.BooleanField(default=False, db_default=False)
    """True if the client sent the session's key, so that it may get the successor again from any network."""

    def __str__(self) -> str:
        return f"refresh token of {self.session_id}"


class FailureCount(models.Model):
    """Failed sign-ins for one key (a network, a name, or both) in the current window."""

    key = models.CharField(primary_key=True, max_length=64)
    """A digest: users type passwords into the wrong field, so what they type is never stored."""
    failures = models.IntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.failures} failures until {self.expires_at}"
