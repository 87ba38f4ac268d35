"""``manage.py invite_user`` creates an invitation, with which one person can sign up."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from identity_provider.accounts.selectors import find_user
from identity_provider.accounts.validators import validate_roles
from identity_provider.flows.invitations import LASTS, create


class Command(BaseCommand):
    """A command that prints the invitation, for the operator to send."""

    help = f"Print an invitation for an email address, valid for {LASTS.days} days."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("email")
        parser.add_argument("--role", action="append", default=[], dest="roles", help="a role (can be repeated)")

    def handle(self, *args: Any, email: str, roles: list[str], **options: Any) -> None:
        """Print the invitation, or report what is invalid."""
        try:
            validate_email(email)
            validate_roles(roles)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if find_user(email) is not None:
            raise CommandError("An account with this email address already exists.")
        self.stdout.write(create(email, roles))
