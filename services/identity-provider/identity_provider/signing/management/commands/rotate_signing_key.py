"""``manage.py rotate_signing_key`` publishes a new signing key, which signs after the activation delay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider.configuration import current
from identity_provider.signing.key_files import write_new_key


class Command(BaseCommand):
    """A command that creates a key file. Remove an old file when every token signed with its key has expired."""

    help = "Create a new signing key. It is published at once and signs after VF_KEY_ACTIVATION_DELAY."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--if-none", action="store_true", help="do nothing if the folder already contains a key")

    def handle(self, *args: Any, if_none: bool = False, **options: Any) -> None:
        """Write the file and print when its key starts to sign."""
        signing = current().signing
        if signing.algorithm == "HS256":
            raise CommandError("VF_JWT_ALGORITHM is HS256, which uses no key file. Change VF_JWT_SECRET instead.")
        if if_none and any(signing.keys_dir.glob("*.pem")):
            return
        now = datetime.now(UTC)
        path = self._write(signing.keys_dir, signing.algorithm, now)
        active = now + timedelta(seconds=signing.activation_delay)
        self.stdout.write(
            f"{path}: published now, signs from {active:%Y-%m-%dT%H:%M:%SZ} (at once if it is the only one)"
        )

    def _write(self, folder: Path, algorithm: str, now: datetime) -> Path:
        try:
            return write_new_key(folder, algorithm=algorithm, now=now)
        except FileExistsError as error:
            raise CommandError(f"VF_SIGNING_KEYS_DIR: {error.filename2 or error.filename} already exists.") from error
        except OSError as error:
            raise CommandError(
                f"VF_SIGNING_KEYS_DIR is {str(folder)!r}: cannot write there ({error.strerror})"
            ) from error
