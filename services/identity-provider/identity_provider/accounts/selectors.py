"""Reading accounts."""

from collections.abc import Collection

from django.db.models import Value
from django.db.models.functions import Lower

from .errors import NoAccount
from .models import User


def get_user(user_id: str, *, lock: bool = False) -> User:
    """The user of this id, locked until the transaction ends if so wanted. Raises :class:`NoAccount`."""
    users = User.objects.select_for_update(no_key=True) if lock else User.objects
    user = users.filter(pk=user_id).first()
    if user is None:
        raise NoAccount
    return user


def find_user(identifier: str) -> User | None:
    """The user with this user name or e-mail address, in any letter case."""
    field = "email" if "@" in identifier else "username"
    # Lower() on both sides, by the database: so the unique index answers, and both sides agree on what a letter is.
    return User.objects.alias(name=Lower(field)).filter(name=Lower(Value(identifier))).first()


def existing_ids(user_ids: Collection[str]) -> list[str]:
    """Those of ``user_ids`` that exist."""
    return list(User.objects.filter(pk__in=user_ids).values_list("pk", flat=True))
