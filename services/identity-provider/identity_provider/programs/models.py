"""Credentials of programs. Only digests of secrets are stored."""

import re
from datetime import datetime

from django.core.validators import RegexValidator
from django.db import models

from vf_tokens import Identity

from ..accounts.models import User
from ..accounts.validators import validate_roles
from ..configuration import current
from ..edge import GRANT
from ..identifiers import new_identifier

MAX_NAME = 100
_ACCOUNT_NAME = re.compile(r"^[a-z][a-z0-9-]{0,62}\Z")


def new_grant_id() -> str:
    """Return the ID of a credential, which its access tokens have in place of a session ID (``sid``)."""
    return new_identifier(GRANT)


def new_client_id() -> str:
    """Return the ID of a service account: its ``client_id``, and the user ID in its access tokens."""
    return new_identifier("svc")


class Credential(models.Model):
    """A secret that a program exchanges for access tokens."""

    id = models.CharField(primary_key=True, max_length=64, default=new_grant_id, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the secret."""
    hint = models.CharField(max_length=12)
    """The beginning of the secret, by which people recognize it."""
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    """The hour of the last exchange."""
    revoked_at = models.DateTimeField(null=True, blank=True)
    window_began_at = models.DateTimeField(null=True, blank=True)
    window_exchanges = models.PositiveIntegerField(default=0)
    """Exchanges since :attr:`window_began_at`, limited by :mod:`.exchange`."""

    class Meta:
        abstract = True


class PersonalAccessToken(Credential):
    """A user's credential for a program, with an expiry and with at most the user's roles."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="personal_access_tokens")
    name = models.CharField(max_length=MAX_NAME)
    scopes = models.JSONField(default=list, blank=True, validators=[validate_roles])
    """Names of roles. An access token has those of them that the user has at the time of the exchange."""
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="token_of_user")]

    def __str__(self) -> str:
        return f"{self.pk} of {self.user_id}"

    def is_live(self, now: datetime) -> bool:
        """Return True if the token can be exchanged."""
        return self.revoked_at is None and now < self.expires_at


class ServiceAccount(models.Model):
    """A program with roles of its own, which no person stands behind. Operators create it with a command."""

    id = models.CharField(primary_key=True, max_length=64, default=new_client_id, editable=False)
    name = models.CharField(
        max_length=63,
        unique=True,
        validators=[
            RegexValidator(
                _ACCOUNT_NAME,
                "Names of service accounts begin with a letter and contain only lowercase letters, digits and -.",
                code="invalid_name",
            )
        ],
        error_messages={"unique": "A service account with this name already exists."},
    )
    roles = models.JSONField(default=list, blank=True, validators=[validate_roles])
    is_active = models.BooleanField(default=True)
    tokens_not_before = models.BigIntegerField(default=0)
    """Access tokens issued in this second (since 1970) or earlier are revoked; 0 if none are."""
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"

    def identity(self, secret_id: str, scopes: list[str]) -> Identity:
        """Return the identity in an access token. The name contains an ``@``, which no username does."""
        return Identity(self.pk, f"{self.name}@service", "", tuple(scopes), secret_id)

    @property
    def known_roles(self) -> list[str]:
        """Return the account's roles that exist."""
        return current().roles.known(self.roles)


class ClientSecret(Credential):
    """A secret of a service account. Two of them overlap while the program changes from one to the other."""

    account = models.ForeignKey(ServiceAccount, on_delete=models.CASCADE, related_name="secrets")
    expires_at = models.DateTimeField(null=True, blank=True)
    """Set when a newer secret replaces this one."""

    def __str__(self) -> str:
        return f"{self.pk} of {self.account_id}"

    def is_live(self, now: datetime) -> bool:
        """Return True if the secret can be exchanged."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
