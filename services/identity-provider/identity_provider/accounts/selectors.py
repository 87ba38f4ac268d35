"""Queries for accounts."""

from collections.abc import Collection
from typing import Any

from .errors import NoAccount
from .models import User
from .names import sign_in_name


def get_user(user_id: str, *, lock: bool = False) -> User:
    """Return the user with this ID, optionally locked until the transaction ends. Raises :class:`NoAccount`."""
    users = User.objects.select_for_update(no_key=True) if lock else User.objects
    user = users.filter(pk=user_id).first()
    if user is None:
        raise NoAccount
    return user


def find_user(typed: str) -> User | None:
    """Return the user with this username or email address, in any letter case and Unicode normalization."""
    field, key = sign_in_name(typed)
    return User.objects.filter(**{field: key}).first()


def existing_ids(user_ids: Collection[str]) -> list[str]:
    """Return the IDs in ``user_ids`` that exist."""
    return list(User.objects.filter(pk__in=user_ids).values_list("pk", flat=True))


PROFILE = ("name", "locale", "time_zone")


def find_profile(user_id: str) -> dict[str, Any]:
    """Return the fields of a profile and the stored roles; empty ones for a user of an external issuer, who has no
    account here.
    """
    row = User.objects.filter(pk=user_id).values(*PROFILE, "roles").first()
    return row or {**dict.fromkeys(PROFILE, ""), "roles": []}


def find_username(user_id: str) -> str:
    """Return the username of an account, or the ID if it doesn't exist any more."""
    return User.objects.filter(pk=user_id).values_list("username", flat=True).first() or user_id
