"""Checking a password, in a time that tells nothing about the account."""

from django.contrib.auth.hashers import make_password

from .models import User
from .selectors import find_user


def check_credentials(name: str, password: str) -> User | None:
    """The active user with this user name or e-mail address and this password, else None.

    Each way to None costs one hash, so that its time does not tell whether the account exists.
    """
    user = find_user(name)
    if user is None:
        make_password(password)
        return None
    if not user.check_password(password) or not user.is_active:
        return None
    return user


def is_still_right(password: str, checked: User, current: User) -> bool:
    """True if ``password``, right for ``checked``, is right for the same user read again. Costs a hash only if changed.

    The stored hash changes without the password when the hasher's cost does.
    """
    return current.password == checked.password or current.check_password(password)
