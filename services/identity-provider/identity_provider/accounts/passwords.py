"""Checking a password, in a time that tells nothing about the account."""

from django.contrib.auth.hashers import get_hasher, identify_hasher, make_password

from .hashing import canonical, spend
from .imported_hashes import kinds_in_use
from .models import User
from .selectors import find_user


def check_credentials(name: str, password: str) -> User | None:
    """The active user with this username or email address and this password, else None.

    Each way to None costs one hash of each kind in the table, so that its time tells neither whether the account exists
    nor where it was imported from.
    """
    user = find_user(name)
    if user is None:
        spend(password)
    elif user.check_password(password) and user.is_active:
        return user
    spend_like_a_refusal(password, user)
    return None


def spend_like_a_refusal(password: str, user: User | None) -> None:
    """Take the time that a refusal takes longer than the check of ``user``'s own hash."""
    kinds_in_use().spend_on_others(password, user.password if user else None)


def is_still_right(password: str, checked: User, current: User) -> bool:
    """True if ``password``, right for ``checked``, is right for the same user read again. Costs a hash only if changed.

    The stored hash changes without the password when the hasher's cost does.
    """
    return current.password == checked.password or current.check_password(password)


def upgrade(user: User, password: str) -> str | None:
    """Store the right password as a hash of the current kind. Returns the kind that it was of, None if it was current.

    Only over the very hash that was checked: a password that was changed meanwhile stays.
    """
    hasher, preferred = identify_hasher(user.password), get_hasher("default")
    if hasher.algorithm == preferred.algorithm and not preferred.must_update(user.password):
        return None
    upgraded = make_password(canonical(password))
    if not User.objects.filter(pk=user.pk, password=user.password).update(password=upgraded):
        return None
    user.password = upgraded
    return str(hasher.algorithm)
