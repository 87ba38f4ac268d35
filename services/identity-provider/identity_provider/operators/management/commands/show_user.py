"""``manage.py show_user`` shows an account."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider.accounts.named_user import add_user_argument
from identity_provider.accounts.selectors import find_user
from identity_provider.operators.selectors import overview


class Command(BaseCommand):
    """A command that shows an account with its sessions and tokens in figures."""

    help = "Show a user."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the argument."""
        add_user_argument(parser)

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        """Write one line for each property."""
        found = find_user(user)
        if found is None:
            raise CommandError("No such user.")
        shown = overview(found, now=datetime.now(UTC))
        last = f"{shown.last_sign_in_at:%Y-%m-%d %H:%M} UTC" if shown.last_sign_in_at else "none that is stored"
        lines = {
            "ID": found.pk,
            "username": found.username,
            "email": found.email,
            "state": "active" if found.is_active else "locked",
            "roles": " ".join(found.known_roles) or "none",
            "created": f"{found.created_at:%Y-%m-%d %H:%M} UTC",
            "last sign-in": last,
            "live sessions": shown.sessions,
            "personal access tokens": shown.personal_access_tokens,
            "second factors": " ".join(shown.factors) or "none",
        }
        for name, value in lines.items():
            self.stdout.write(f"{name + ':':<24}{value}")
