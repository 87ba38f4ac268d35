"""Reading accounts."""

from collections.abc import Collection

from django.db.models import Value
from django.db.models.functions import Lower

from .models import User


def find_user(identifier: str) -> User | None:
    """The user with this user name or e-mail address, in any letter case."""
    field = "email" if "@" in identifier else "username"
    # Lower() on both sides, by the database: so the unique index answers, and both sides agree on what a letter is.
    return User.objects.alias(name=Lower(field)).filter(name=Lower(Value(identifier))).first()


def existing_ids(user_ids: Collection[str]) -> list[str]:
    """Those of ``user_ids`` that exist."""
    return list(User.objects.filter(pk__in=user_ids).values_list("pk", flat=True))
