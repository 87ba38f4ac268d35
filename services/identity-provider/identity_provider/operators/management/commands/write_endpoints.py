"""``manage.py write_endpoints``: renews the table of endpoints in the documentation, for contributors."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from identity_provider.endpoints_page import renewed


class Command(BaseCommand):
    """Writes the file in place."""

    help = "Renew the table of endpoints in docs/identity-provider-api.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        page = Path(settings.BASE_DIR).parents[1] / "docs" / "identity-provider-api.md"
        parser.add_argument("file", nargs="?", type=Path, default=page, help="a page with the markers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page."""
        page: Path = options["file"]
        try:
            page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
        except (OSError, ValueError) as error:
            raise CommandError(f"{page}: {error}") from error
