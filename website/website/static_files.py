"""How style sheets, scripts and Bootstrap are served (WhiteNoise).

Production serves collected files under names that hold a hash of their content, so browsers keep them for good.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig

MANIFEST = "staticfiles.json"


class PageStaticFiles(StaticFilesConfig):
    """Collects only what the pages use of Bootstrap."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "bootstrap-*",
        "bootstrap.css*",
        "bootstrap.rtl.*",
        "bootstrap.esm.*",
        "bootstrap.js*",
        "bootstrap.min.js*",
        "bootstrap.bundle.js*",
        "version.txt",
    ]


def no_sniffing(headers: Any, path: str, url: str) -> None:
    """A file is what its Content-Type says, whatever it looks like."""
    headers["X-Content-Type-Options"] = "nosniff"


def missing_manifest() -> str | None:
    """Readiness: production needs ``manage.py collectstatic`` to have run."""
    if not settings.WHITENOISE_USE_FINDERS and not (Path(settings.STATIC_ROOT) / MANIFEST).is_file():
        return "static files are not collected: run manage.py collectstatic"
    return None
