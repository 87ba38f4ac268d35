"""``manage.py close_user`` deletes an account for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider import audit
from identity_provider.accounts.selectors import find_user
from identity_provider.operators import services


class Command(BaseCommand):
    """A command that wants the username twice, because nothing brings the account back."""

    help = "Delete a user for good. Events stay for VF_EVENTS_DAYS."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("user", help="username or email address")
        parser.add_argument("--confirm", required=True, metavar="USERNAME", help="the username, to confirm")

    def handle(self, *args: Any, user: str, confirm: str, **options: Any) -> None:
        """Delete the account."""
        found = find_user(user)
        if found is None or found.username != confirm:
            reason = "not_confirmed" if found else "no_such_user"
            audit.record(audit.Event.USER_CHANGE_REFUSED, user_id=found.pk if found else None, reason=reason)
            raise CommandError("--confirm is not the user's username." if found else "No such user.")
        services.delete_account(user_id=found.pk)
        self.stdout.write(f"closed: {found.username}")
