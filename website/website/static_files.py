"""Serving of style sheets and scripts (WhiteNoise).

Production serves collected files under names with a hash of their content, so browsers can cache them indefinitely.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig

MANIFEST = "staticfiles.json"


class PageStaticFiles(StaticFilesConfig):
    """The finder, which collects only the part of Bootstrap that the pages use: its reset of browsers' styles."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "bootstrap.*",
        "bootstrap-grid.*",
        "bootstrap-utilities.*",
        "bootstrap-reboot.css*",
        "bootstrap-reboot.rtl.*",
        "version.txt",
    ]


def no_sniffing(headers: Any, path: str, url: str) -> None:
    """Tell browsers to trust the Content-Type of a file instead of guessing."""
    headers["X-Content-Type-Options"] = "nosniff"


def missing_manifest() -> str | None:
    """Check readiness: production requires a previous ``manage.py collectstatic``."""
    if not settings.WHITENOISE_USE_FINDERS and not (Path(settings.STATIC_ROOT) / MANIFEST).is_file():
        return "static files are not collected: run manage.py collectstatic"
    return None
