"""``manage.py invite_user`` creates an invitation, with which one person can sign up."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider.flows.errors import SignUpClosed
from identity_provider.flows.invitations import LASTS
from identity_provider.operators import services


class Command(BaseCommand):
    """A command that sends the invitation if the platform can send email, and prints its link in any case."""

    help = f"Invite a person to sign up, by email. The invitation is valid for {LASTS.days} days."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("email")
        parser.add_argument("--role", action="append", default=[], dest="roles", help="a role (can be repeated)")

    def handle(self, *args: Any, email: str, roles: list[str], **options: Any) -> None:
        """Print the link, or report what is invalid."""
        try:
            self.stdout.write(services.invite(email=email, roles=roles))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except SignUpClosed as error:
            raise CommandError("VF_SIGN_UP is off: set it to invitation.") from error
