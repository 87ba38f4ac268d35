"""The user that a command names."""

from django.core.management.base import CommandError, CommandParser

from .. import audit
from .models import User
from .selectors import find_user


def add_user_argument(parser: CommandParser) -> None:
    """Declare the argument ``user``."""
    parser.add_argument("user", help="username or email address")


def user_to_change(name: str) -> User:
    """Return the user. Raises :class:`CommandError`, and records the refusal, if there is none."""
    found = find_user(name)
    if found is None:
        audit.record(audit.Event.USER_CHANGE_REFUSED, reason="no_such_user")
        raise CommandError("No such user.")
    return found
