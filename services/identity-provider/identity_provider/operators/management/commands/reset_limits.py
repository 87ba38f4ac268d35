"""``manage.py reset_limits`` forgets the failed sign-ins of a user."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider import audit
from identity_provider.accounts.selectors import find_user
from identity_provider.operators import services


class Command(BaseCommand):
    """A command that forgets the failed sign-ins of a user."""

    help = "Forget the failed sign-ins of a user, so that the user can try again at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the argument."""
        parser.add_argument("user", help="username or email address")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        """Do it, and write how many there were."""
        found = find_user(user)
        if found is None:
            audit.record(audit.Event.USER_CHANGE_REFUSED, reason="no_such_user")
            raise CommandError("No such user.")
        count = services.reset_limits(user_id=found.pk, now=datetime.now(UTC))
        self.stdout.write(f"deleted counts: {count}")
