"""Chromium for the browser tests: the machine's own, else Debian's, else Playwright's."""

import os
import shutil
import sys
from pathlib import Path

import debian
from installation import run

MISSING = "There is no Chromium. Install it, or let `make test` install it."
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find() -> str | None:
    """Return the machine's Chromium, or the one that Playwright installed."""
    own = next(filter(None, map(shutil.which, _NAMES)), None)
    return own or _playwrights_own()


def install() -> list[str]:
    """Install one; return the problems."""
    problems = debian.install("chromium")
    if not find():
        problems += run("Playwright's Chromium", sys.executable, "-m", "playwright", "install", "chromium")
    return problems


def launch_arguments() -> dict[str, object]:
    """Return Playwright's launch arguments: no background requests, and no sandbox for root."""
    arguments = [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {"executable_path": find(), "args": arguments}


def _playwrights_own() -> str | None:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next((str(path) for path in sorted(folder.glob("chromium-*/chrome-*/chrome"))), None)
