"""``manage.py sign_out_user`` ends all sessions of a user."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from identity_provider.accounts.named_user import add_user_argument, user_to_change
from identity_provider.operators import services


class Command(BaseCommand):
    """A command that ends all sessions of a user."""

    help = "End all sessions of a user and revoke the user's access tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the argument."""
        add_user_argument(parser)

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        """Do it, and write how many there were."""
        count = services.sign_out_of(user_id=user_to_change(user).pk, now=datetime.now(UTC))
        self.stdout.write(f"ended sessions: {count}")
