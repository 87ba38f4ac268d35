"""``manage.py list_users`` lists accounts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from identity_provider.operators.selectors import find_users


class Command(BaseCommand):
    """A command that writes one line for each account."""

    help = "List users, the newest first."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the filters."""
        parser.add_argument("--search", default="", help="an ID, or part of a username or email address")

    def handle(self, *args: Any, search: str, **options: Any) -> None:
        """Write the list."""
        for user in find_users(search=search).iterator():
            state = "active" if user.is_active else "locked"
            self.stdout.write(
                f"{user.pk} {user.username} {user.email} {state} roles: {' '.join(user.known_roles) or 'none'}"
            )
