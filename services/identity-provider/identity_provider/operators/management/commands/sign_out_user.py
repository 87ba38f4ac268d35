"""``manage.py sign_out_user`` ends all sessions of a user."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider import audit
from identity_provider.accounts.selectors import find_user
from identity_provider.operators import services


class Command(BaseCommand):
    """A command that ends all sessions of a user."""

    help = "End all sessions of a user and revoke the user's access tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the argument."""
        parser.add_argument("user", help="username or email address")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        """Do it, and write how many there were."""
        found = find_user(user)
        if found is None:
            audit.record(audit.Event.USER_CHANGE_REFUSED, reason="no_such_user")
            raise CommandError("No such user.")
        count = services.sign_out_of(user_id=found.pk, now=datetime.now(UTC))
        self.stdout.write(f"ended sessions: {count}")
