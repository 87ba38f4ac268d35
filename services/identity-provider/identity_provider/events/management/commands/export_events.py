"""``manage.py export_events``: events as JSON lines, for archives and other programs."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.forms.models import model_to_dict

from identity_provider.events.models import Event


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
        filters = {
            "user_id": options["user"],
            "kind__in": options["kind"],
            "at__gte": options["since"],
            "at__lt": options["until"],
        }
        events = Event.objects.filter(**{name: value for name, value in filters.items() if value is not None})
        for event in events.order_by("at", "pk").iterator():
            document = {**model_to_dict(event), "id": event.pk, "at": event.at.isoformat()}
            self.stdout.write(json.dumps(document, ensure_ascii=False))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is not a time in ISO 8601, such as 2026-11-28T12:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
