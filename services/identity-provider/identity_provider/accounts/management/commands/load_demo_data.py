"""``manage.py load_demo_data`` creates the demo users."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from identity_provider.accounts.demo import create_missing
from identity_provider.configuration import current


class Command(BaseCommand):
    """A command that creates admin, alice and bob if they do not exist."""

    help = "Create the demo users. Development only."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the missing users."""
        if current().production:
            raise CommandError("VF_ENV is production: the demo users have publicly known passwords.")
        try:
            created = create_missing()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"created: {', '.join(created)}" if created else "the demo users already exist")
