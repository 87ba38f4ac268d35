"""``manage.py set_user`` changes a user's roles, or deactivates or activates the account, at once for
the gateway too.
"""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider.accounts import services
from identity_provider.accounts.models import User
from identity_provider.accounts.named_user import add_user_argument, user_to_change


class Command(BaseCommand):
    """A command that replaces a user's roles, or changes the state of the account."""

    help = "Change a user's roles, deactivate or activate the account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        add_user_argument(parser)
        change = parser.add_mutually_exclusive_group(required=True)
        change.add_argument("--roles", nargs="*", help="replace the user's roles with these")
        change.add_argument("--deactivate", action="store_true", help="prevent sign-in and end the user's sessions")
        change.add_argument("--activate", action="store_true")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        """Make the change."""
        try:
            self._change(user_to_change(user), **options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _change(self, user: User, *, roles: list[str] | None, deactivate: bool, **_: Any) -> None:
        if roles is not None:
            services.set_roles(user=user, roles=roles)
        elif deactivate:
            services.deactivate(user=user, now=datetime.now(UTC))
        else:
            services.activate(user=user)
