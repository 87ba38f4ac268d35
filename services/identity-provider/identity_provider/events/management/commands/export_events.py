"""``manage.py export_events``: events as JSON lines, for archives and other programs."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from identity_provider.events.selectors import document_of, find_events


class Command(BaseCommand):
    """Writes the oldest first, one JSON object per line."""

    help = "Write events as JSON lines to standard output, the oldest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the filters."""
        parser.add_argument("--user", metavar="ID", help="only the events of this account, such as usr_…")
        parser.add_argument("--kind", action="append", metavar="KIND", help="only this kind (may be repeated)")
        parser.add_argument("--since", type=_moment, metavar="TIME", help="only from this time on, in ISO 8601")
        parser.add_argument("--until", type=_moment, metavar="TIME", help="only before this time, in ISO 8601")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them."""
        events = find_events(
            user=options["user"], kind=options["kind"] or (), since=options["since"], until=options["until"]
        )
        for event in events.order_by("at", "pk").iterator():
            self.stdout.write(json.dumps(document_of(event), ensure_ascii=False))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is not a time in ISO 8601, such as 2026-11-28T12:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
