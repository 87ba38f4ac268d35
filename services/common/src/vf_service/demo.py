"""``manage.py load_demo_data``: rows worth looking at, for development only.

The demo users' ids are the same in every service, so that their rows belong together.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

ADMIN, ALICE, BOB = "usr_demo_admin", "usr_demo_alice", "usr_demo_bob"


class DemoDataCommand(BaseCommand):
    """Base of a service's command: it writes :meth:`load`; running it again changes nothing."""

    help = "Create demo rows (development only; running it again changes nothing)."

    def load(self) -> str:
        """Create what is missing, in one transaction, and say what there is now."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse in production, else load."""
        if getattr(settings, "VF_PRODUCTION", True):
            raise CommandError("demo data is for development only: VF_ENV is 'production'")
        with transaction.atomic():
            summary = self.load()
        self.stdout.write(summary)
