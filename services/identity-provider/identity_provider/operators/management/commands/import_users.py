"""``manage.py import_users`` creates accounts from the users of another system, with their password hashes."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from identity_provider.operators.imports import SHOWN_PROBLEMS, Imported, ImportProblems, import_users
from identity_provider.operators.user_files import InvalidUserFile, UserRow, read_csv, read_dump


class Command(BaseCommand):
    """A command that imports all users or none."""

    help = (
        "Create accounts from a CSV file (columns username, email, password, and optionally id, name, locale, "
        "time_zone, roles, is_active, verified, created_at) or from a dump of a Django user table (manage.py dumpdata "
        "auth.user account.emailaddress mfa.authenticator). Password hashes of Django are kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="the file: .csv, .json or .jsonl")
        parser.add_argument("--role", action="append", default=[], dest="roles", help="give every user this role")
        parser.add_argument("--dry-run", action="store_true", help="check everything and change nothing")
        parser.add_argument("--skip-existing", action="store_true", help="skip users whose username or email is in use")
        parser.add_argument(
            "--drop-unreadable-hashes",
            action="store_true",
            help="import users whose hash can't be verified here without a password; they set one by email",
        )
        parser.add_argument(
            "--ids", type=Path, metavar="CSV", help="write the old and new ID of each user to this file"
        )

    def handle(self, *args: Any, file: Path, ids: Path | None, dry_run: bool, **options: Any) -> None:
        """Import the file, or report what is invalid."""
        try:
            with file.open(encoding="utf-8-sig", newline="") as opened:
                done = import_users(
                    _rows(file, opened),
                    roles=options["roles"],
                    skip_existing=options["skip_existing"],
                    drop_unreadable=options["drop_unreadable_hashes"],
                    dry_run=dry_run,
                    report=lambda count: self.stderr.write(f"read: {count} users"),
                )
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} can't be read: {error}") from error
        except InvalidUserFile as error:
            raise CommandError(f"{error} Nothing was imported.") from error
        except ImportProblems as error:
            raise CommandError(_report(error.problems)) from error
        if ids is not None and not dry_run:
            with ids.open("w", encoding="utf-8", newline="") as opened:
                csv.writer(opened).writerows([("old_id", "new_id"), *done.new_ids.items()])
        self._summarize(done, dry_run=dry_run)

    def _summarize(self, done: Imported, *, dry_run: bool) -> None:
        self.stdout.write(f"{'would import' if dry_run else 'imported'}: {done.created}")
        for count, words in (
            (done.skipped, "skipped, because they have an account"),
            (done.without_password, "without a password: they set one with a code from an email"),
            (done.unverified, "with an address to verify at the next sign-in"),
            (done.factors, "authenticator apps and sets of recovery codes"),
            (done.passkeys, "passkeys stay behind: they work only for the other system's domain"),
            (done.superusers, "who were superusers: give roles with set_user"),
        ):
            if count:
                self.stdout.write(f"  {count} {words}")


def _rows(file: Path, opened: TextIO) -> Iterator[UserRow]:
    if file.suffix == ".csv":
        return read_csv(opened)
    if file.suffix in (".json", ".jsonl"):
        return read_dump(opened)
    raise InvalidUserFile("The name of the file must end in .csv, .json or .jsonl.")


def _report(problems: Sequence[str]) -> str:
    more = f"\n… and {len(problems) - SHOWN_PROBLEMS} more" if len(problems) > SHOWN_PROBLEMS else ""
    return "\n".join(problems[:SHOWN_PROBLEMS]) + more + "\nNothing was imported."
