"""``manage.py show_mails`` prints the latest emails."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider.configuration import current
from identity_provider.mailing.models import Mail


class Command(BaseCommand):
    """A command for development: emails contain codes, which only their recipients should see."""

    help = "Print the latest emails, the newest last. Development only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the argument."""
        parser.add_argument("--count", type=int, default=5, help="number of emails (5)")

    def handle(self, *args: Any, count: int, **options: Any) -> None:
        """Print the emails."""
        if current().production:
            raise CommandError("VF_ENV is production: emails are for their recipients only.")
        for mail in reversed(Mail.objects.order_by("-pk")[:count]):
            state = "sent" if mail.sent_at else "waiting"
            self.stdout.write(f"To: {mail.to} ({state})\nSubject: {mail.subject}\n\n{mail.text}\n")
