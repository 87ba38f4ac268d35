"""Terminal output: color only for terminals, and untrusted text made harmless."""

import os
import shutil
import textwrap
from typing import TextIO

_CODES = {"red": "31", "green": "32", "yellow": "33", "dim": "2", "bold": "1"}
_PLAIN_MARKS = {"✓": "ok", "✗": "NO", "\N{EN DASH}": "--"}


class UsageError(Exception):
    """A command was called incorrectly. The message is for the user and quotes no credential."""


class Terminal:
    """The text format of one stream. Respects ``NO_COLOR`` and terminals without Unicode."""

    def __init__(self, stream: TextIO) -> None:
        self._colours = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._unicode = "utf" in (stream.encoding or "utf-8").lower()
        self.width = max(60, min(110, shutil.get_terminal_size((100, 24)).columns)) if stream.isatty() else 100

    def paint(self, colour: str, text: str) -> str:
        """Return ``text`` in a color, if the stream supports colors."""
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self._colours else text

    def mark(self, mark: str) -> str:
        """Return a one-character mark, or two letters where the stream can't show it."""
        return mark if self._unicode else _PLAIN_MARKS[mark]

    def wrapped(self, text: str, indent: int) -> str:
        """Return ``text`` wrapped, with every line but the first indented by ``indent`` columns."""
        lines = textwrap.wrap(text, self.width - indent, break_long_words=False, break_on_hyphens=False)
        return ("\n" + " " * indent).join(lines)


def harmless(value: object, limit: int = 120) -> str:
    """Return a value from a token or request, shortened, without escape sequences and characters that reorder text."""
    text = value if isinstance(value, str) else repr(value)
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text[:limit].encode("utf-8", "backslashreplace").decode("utf-8")
    )
    return shown if len(text) <= limit else f"{shown}… ({len(text)} characters)"
