"""Where a run is: one line that is written over itself on a terminal, one line a step elsewhere."""

import re
import sys


class Progress:
    """The progress of one scenario."""

    def __init__(self, letter: str) -> None:
        self._letter = letter
        self._shown = ""

    def show(self, text: str) -> None:
        """What is being done now."""
        if sys.stdout.isatty():
            sys.stdout.write(f"\r\x1b[K  ({self._letter}) {text}")
        elif _step(text) != self._shown:
            sys.stdout.write(f"  ({self._letter}) {text}\n")
        self._shown = _step(text)
        sys.stdout.flush()

    def end(self) -> None:
        """Make room for the result."""
        if sys.stdout.isatty():
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()


def _step(text: str) -> str:
    """Without what only counts on."""
    return re.sub(r"[\d,]+ of [\d,]+.*", "", text)
