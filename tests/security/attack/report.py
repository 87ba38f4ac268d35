"""The table of results, for users and as JSON."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from .run import Result

_COLOURS = {"ok": "32", "FAILED": "31", "skipped": "2"}
_ROW, _OUTCOME, _EXPECTED = 3, 7, 34


class Table:
    """A table that prints each result at once: always failures, others on request."""

    def __init__(self, stream: TextIO, *, every: bool) -> None:
        self._stream = stream
        self._every = every
        self._colour = stream.isatty()
        self._width = max(100, shutil.get_terminal_size((140, 24)).columns)
        self._counts: Counter[str] = Counter()
        self._rows: dict[int, Counter[str]] = {}

    def head(self, target: str, cases: int) -> None:
        """Print the heading."""
        print(f"\n{cases} requests of the attack suite to {target}\n", file=self._stream)
        self._line("row", "outcome", "request", "expected", "got")

    def add(self, result: Result) -> None:
        """Print one result."""
        outcome = result.outcome
        self._counts[outcome] += 1
        self._rows.setdefault(result.case.row, Counter())[outcome] += 1
        if outcome == "FAILED" or self._every:
            got = result.skipped or result.fault or str(result.got or "hung up")
            self._line(str(result.case.row), outcome, result.case.words, str(result.case.expected), got)

    def end(self) -> None:
        """Print the totals, and the rows that passed."""
        held = [row for row, counts in sorted(self._rows.items()) if counts["ok"] and not counts["FAILED"]]
        broken = [row for row, counts in sorted(self._rows.items()) if counts["FAILED"]]
        untried = [row for row, counts in sorted(self._rows.items()) if not counts["ok"] and not counts["FAILED"]]
        print(f"\n{self._counts['ok']} as expected, {self._counts['FAILED']} failed, "
              f"{self._counts['skipped']} skipped", file=self._stream)  # fmt: skip
        for words, rows in (("rows that held", held), ("rows that failed", broken), ("rows not tried", untried)):
            if rows:
                print(f"  {words}: {', '.join(map(str, rows))}", file=self._stream)
        print(file=self._stream)

    def _line(self, row: str, outcome: str, words: str, expected: str, got: str) -> None:
        room = self._width - _ROW - _OUTCOME - _EXPECTED - 6
        first = max(30, room * 3 // 5)
        cells = (row.rjust(_ROW), outcome.ljust(_OUTCOME), _cut(words, first).ljust(first),
                 _cut(expected, _EXPECTED).ljust(_EXPECTED), _harmless(got))  # fmt: skip
        line = "  ".join(cells)
        print(f"\x1b[{_COLOURS[outcome]}m{line}\x1b[0m" if self._colour and outcome in _COLOURS else line,
              file=self._stream)  # fmt: skip


def as_json(results: Iterable[Result]) -> str:
    """Return the results for programs."""
    return json.dumps(
        [
            {
                "row": result.case.row,
                "request": result.case.words,
                "expected": str(result.case.expected),
                "outcome": result.outcome.lower(),
                "got": result.got,
                "reason": result.skipped or result.fault,
            }
            for result in results
        ],
        indent=2,
    )


def _cut(text: str, room: int) -> str:
    text = _harmless(text)
    return text if len(text) <= room else text[: room - 1] + "…"


def _harmless(text: str) -> str:
    """Return text without control characters: the target can influence it."""
    encoding = sys.stdout.encoding or "utf-8"
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return shown.encode(encoding, "backslashreplace").decode(encoding)
