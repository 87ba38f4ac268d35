"""``manage.py reset_factors`` removes all second factors of a user who has lost them."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from identity_provider.accounts.named_user import add_user_argument, user_to_change
from identity_provider.operators import services


class Command(BaseCommand):
    """A command for users who have lost their second factor and their recovery codes."""

    help = "Remove all second factors of a user, and sign the user out everywhere. Check who asks for it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the argument."""
        add_user_argument(parser)

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        """Remove them."""
        services.reset_factors(user_id=user_to_change(user).pk, now=datetime.now(UTC))
        self.stdout.write("Second factors removed. The user can sign in with the password alone.")
