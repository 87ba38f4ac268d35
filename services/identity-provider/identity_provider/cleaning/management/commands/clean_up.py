"""``manage.py clean_up`` deletes what nothing needs any more, as the relay does every five minutes."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from identity_provider.cleaning.tasks import tasks


class Command(BaseCommand):
    """A command for platforms on which the relay was stopped for long, and for the curious."""

    help = (
        "Delete expired flows, ended sessions, old events and closed accounts now. The relay does it every 5 minutes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run each task, and name it."""
        for name, task in tasks.items():
            task(now=datetime.now(UTC))
            self.stdout.write(f"cleaned: {name}")
