"""Chromium for the browser tests: the machine's own, else Debian's, else Playwright's.

The tests prefer the headless shell, which is Chromium without its own windows. A new context there costs a third of the
processor time.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import debian
from installation import run

MISSING = "There is no Chromium. Install it, or let `make test` install it."
_SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
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
    """Return a headless shell if there is one, else the machine's Chromium or the one that Playwright installed."""
    return find_shell() or _which(_NAMES) or _playwrights_own("chromium-*/chrome-*/chrome")


def find_shell() -> str | None:
    """Return the machine's headless shell, or the one that Playwright installed."""
    return _which(_SHELLS) or _playwrights_own("chromium_headless_shell-*/*/*headless[_-]shell")


def install() -> list[str]:
    """Install a headless shell; return the problems. Playwright's is for machines without any Chromium."""
    problems = debian.install("chromium-headless-shell")
    if not find():
        problems += run("Playwright's Chromium", sys.executable, "-m", "playwright", "install", "chromium")
    return problems


def launch_arguments() -> dict[str, object]:
    """Return Playwright's launch arguments: no background requests, and no sandbox for root."""
    arguments = [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {"executable_path": find(), "args": arguments}


def _which(names: Sequence[str]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def _playwrights_own(pattern: str) -> str | None:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next((str(path) for path in sorted(folder.glob(pattern))), None)
