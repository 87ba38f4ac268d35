"""A person who can sign in."""

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower

from vf_tokens import Identity

from ..identifiers import new_identifier
from .validators import validate_roles, validate_username

if TYPE_CHECKING:
    from django.db.models import Manager


def new_user_id() -> str:
    """A public user id; services store it, so it never changes and is never used again."""
    return new_identifier("usr")


class User(AbstractBaseUser):
    """An account. The id is opaque and public; names and addresses are unique in any letter case."""

    id = models.CharField(primary_key=True, max_length=64, default=new_user_id, editable=False)
    username = models.CharField(max_length=150, unique=True, validators=[validate_username])
    email = models.EmailField(max_length=254, unique=True)
    roles = models.JSONField(default=list, blank=True, validators=[validate_roles])
    """A list of names, read whole at every sign-in and never searched: a table would cost a query each time."""
    is_active = models.BooleanField(default=True)
    tokens_not_before = models.BigIntegerField(default=0)
    """Access tokens issued in this second (since 1970) or earlier are revoked; 0 if none is."""
    created_at = models.DateTimeField(auto_now_add=True)

    last_login = None  # the sessions tell
    objects: "Manager[User]" = models.Manager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="username_unique_in_any_case"),
            models.UniqueConstraint(Lower("email"), name="email_unique_in_any_case"),
        ]

    def identity(self, session_id: str) -> Identity:
        """What an access token of this user says."""
        return Identity(self.id, self.username, self.email, tuple(self.roles), session_id)
