"""``manage.py load_demo_data``: sample rows, for development only.

Demo users have the same IDs in every service, so their rows belong together.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

ADMIN, ALICE, BOB = "usr_demo_admin", "usr_demo_alice", "usr_demo_bob"


class DemoDataCommand(BaseCommand):
    """Base of a service's command. Running the command again changes nothing."""

    help = "Create demo rows (development only; running it again changes nothing)."

    def load(self) -> str:
        """Create the missing rows in one transaction, and return a summary."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the rows; refuse to in production."""
        if getattr(settings, "VF_PRODUCTION", True):
            raise CommandError("demo data is for development only: VF_ENV is 'production'")
        with transaction.atomic():
            summary = self.load()
        self.stdout.write(summary)
