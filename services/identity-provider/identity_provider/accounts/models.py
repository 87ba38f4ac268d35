"""User accounts."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from vf_service.folded_columns import FoldedField, FoldingModel
from vf_tokens import Identity

from ..configuration import current
from ..identifiers import new_identifier
from .hashing import canonical, matches
from .names import MAX_EMAIL, MAX_KEY, MAX_USERNAME, email_key, username_key
from .validators import validate_letter_case, validate_roles, validate_token_size, validate_username

if TYPE_CHECKING:
    from django.db.models import Manager


IN_TOKENS = ("roles", "username", "email")
"""The fields that appear in an access token and affect its length."""


def new_user_id() -> str:
    """Return a public user ID. Services store it, so it never changes and is never reused."""
    return new_identifier("usr")


class User(FoldingModel, AbstractBaseUser):
    """An account. Its ID is opaque and public. Usernames and email addresses are unique in any spelling."""

    id = models.CharField(primary_key=True, max_length=64, default=new_user_id, editable=False)
    username = models.CharField(max_length=MAX_USERNAME, validators=[validate_username])
    email = models.EmailField(max_length=MAX_EMAIL)
    username_key = FoldedField(
        max_length=MAX_KEY,
        unique=True,
        sources=["username"],
        by=username_key,
        blank=True,
        error_messages={"unique": "A user with this username already exists."},
    )
    """The canonical form of the username. Accounts are found by this column."""
    email_key = FoldedField(
        max_length=MAX_KEY,
        unique=True,
        sources=["email"],
        by=email_key,
        blank=True,
        error_messages={"unique": "A user with this email address already exists."},
    )
    """The canonical form of the email address."""
    roles = models.JSONField(default=list, blank=True, validators=[validate_roles])
    """Role names, read at every sign-in and searched only by operators. A table would cost an additional query. Use
    :attr:`known_roles`: the row can contain a role that the roles file doesn't describe anymore.
    """
    is_active = models.BooleanField(default=True)
    tokens_not_before = models.BigIntegerField(default=0)
    """Access tokens issued in this second (since 1970) or earlier are revoked; 0 if none are."""
    created_at = models.DateTimeField(auto_now_add=True)
    name = models.CharField(max_length=150, blank=True, default="", db_default="")
    """The name to show, as the user wrote it. Not unique, and not verified."""
    locale = models.CharField(max_length=16, blank=True, default="", db_default="")
    """The language of emails, one of ``LANGUAGES``; empty if the user has not chosen one."""
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")
    """A name of the IANA time zone database; empty if the user has not chosen one."""
    closes_at = models.DateTimeField(null=True, blank=True)
    """When the account is deleted, because its user closed it or has not verified the email address yet."""

    objects: "Manager[User]" = models.Manager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    @property
    def last_login(self) -> datetime | None:  # type: ignore[override]
        """When the latest kept session began, None if there is none. Not a column: each sign-in would change it."""
        return self.sessions.filter(actor="").order_by("-created_at").values_list("created_at", flat=True).first()

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Validate the names as they are stored, because NFKC can turn another character into an ``@`` or a space.

        Also validate the size of the access token, whichever of its fields changes.
        """
        if "username" not in (exclude or ()):
            validate_letter_case(self.username)
            self.username = self.normalize_username(self.username)
        for key in self.folded():
            key.compute(self)
        super().clean_fields(exclude=exclude)
        changed = [name for name in IN_TOKENS if name not in (exclude or ())]
        if changed:
            validate_token_size(self.identity(new_identifier("ses")), field=changed[0])

    def set_password(self, raw_password: str | None) -> None:
        """Hash the canonical form of a password (:mod:`.hashing`)."""
        super().set_password(None if raw_password is None else canonical(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Return True for the correct password. Unlike Django's method, this writes nothing: see
        :func:`.passwords.upgrade`.
        """
        return raw_password is not None and matches(raw_password, self.password)

    @property
    def known_roles(self) -> list[str]:
        """Return the user's roles that exist. A row can contain others, of an older roles file or another program."""
        return current().roles.known(self.roles)

    def identity(self, session_id: str) -> Identity:
        """Return the identity in this user's access tokens."""
        return Identity(self.id, self.username, self.email, tuple(self.known_roles), session_id)
