"""Progress of a run: one line that is overwritten on a terminal, one line per step elsewhere."""

import re
import sys


class Progress:
    """The progress of one scenario."""

    def __init__(self, letter: str) -> None:
        self._letter = letter
        self._shown = ""

    def show(self, text: str) -> None:
        """Show the current step."""
        if sys.stdout.isatty():
            sys.stdout.write(f"\r\x1b[K  ({self._letter}) {text}")
        elif _step(text) != self._shown:
            sys.stdout.write(f"  ({self._letter}) {text}\n")
        self._shown = _step(text)
        sys.stdout.flush()

    def end(self) -> None:
        """Clear the line for the result."""
        if sys.stdout.isatty():
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()


def _step(text: str) -> str:
    """Return the step without its counter."""
    return re.sub(r"[\d,]+ of [\d,]+.*", "", text)
