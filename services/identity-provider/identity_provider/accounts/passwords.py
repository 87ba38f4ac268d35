"""Password checks whose duration reveals nothing about the account."""

from django.contrib.auth.hashers import get_hasher, identify_hasher, make_password

from .hashing import canonical, spend
from .imported_hashes import kinds_in_use
from .models import User
from .selectors import find_user


def check_credentials(name: str, password: str) -> User | None:
    """Return the active user with this username or email address and this password, else None.

    Each rejection costs one hash of each kind in the table, so its duration doesn't reveal whether the account exists
    or was imported.
    """
    user = find_user(name)
    if user is None:
        spend(password)
    elif user.check_password(password) and user.is_active:
        return user
    spend_like_a_refusal(password, user)
    return None


def spend_like_a_refusal(password: str, user: User | None) -> None:
    """Take the additional time of a rejected sign-in, after the check of ``user``'s own hash."""
    kinds_in_use().spend_on_others(password, user.password if user else None)


def is_still_right(password: str, checked: User, current: User) -> bool:
    """Return True if ``password``, correct for ``checked``, is correct for the user as read again. Hash only if needed.

    The stored hash can change without the password, when the hasher's cost changes.
    """
    return current.password == checked.password or current.check_password(password)


def upgrade(user: User, password: str) -> str | None:
    """Store the correct password as a hash of the current kind. Return the previous kind, None if it was current.

    This replaces only the hash that was checked, so that a concurrent password change is kept.
    """
    hasher, preferred = identify_hasher(user.password), get_hasher("default")
    if hasher.algorithm == preferred.algorithm and not preferred.must_update(user.password):
        return None
    upgraded = make_password(canonical(password))
    if not User.objects.filter(pk=user.pk, password=user.password).update(password=upgraded):
        return None
    user.password = upgraded
    return str(hasher.algorithm)
