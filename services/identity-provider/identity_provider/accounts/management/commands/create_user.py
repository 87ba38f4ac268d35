"""``manage.py create_user`` creates an account with roles, for example the first operator's."""

import getpass
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider.accounts.services import create_user


class Command(BaseCommand):
    """A command that prompts for the password. Without a terminal, it reads one line from standard input."""

    help = "Create a user. Prompts for the password, or reads it from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("username")
        parser.add_argument("email")
        parser.add_argument("--role", action="append", default=[], dest="roles", help="a role (can be repeated)")

    def handle(self, *args: Any, username: str, email: str, roles: list[str], **options: Any) -> None:
        """Create the user, or report what is invalid."""
        password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            user = create_user(username=username, email=email, password=password, roles=roles)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.pk} {user.username}")
