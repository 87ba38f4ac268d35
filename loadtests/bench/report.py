"""The table for users and the JSON report for programs."""

import json
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from .measurement import BUSY_SHARE
from .results import Ratio, Result


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose columns are as wide as their widest cell, the first left-aligned, the others
    right-aligned.
    """
    lines = [columns, *rows]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    return "\n".join("    " + _aligned(line, widths) for line in lines)


def show(result: Result) -> str:
    """Return the text for one scenario."""
    parts = [f"\n({result.letter}) {result.title}", table(result.columns, result.rows)]
    parts += [f"    {_verdict(ratio)}" for ratio in result.ratios]
    parts += [f"    note: {note}" for note in result.notes]
    others = statistics.median(result.others) if result.others else 0.0
    if others > BUSY_SHARE:
        parts.append(f"    note: other programs used {others:.0%} of the machine; measure again when it is at rest")
    return "\n".join(parts)


def summary(results: Sequence[Result]) -> str:
    """Return all results with their targets."""
    rows = [
        (f"({result.letter}) {ratio.name}", _figure(ratio), _range(ratio), _target(ratio), _word(ratio))
        for result in results
        for ratio in result.ratios
    ]
    return "\n" + table(("figure", "median", "range", "target", ""), rows)


def write(folder: Path, machine: Mapping[str, str], results: Sequence[Result]) -> Path:
    """Write everything, including each round's own value."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / time.strftime("bench-%Y%m%d-%H%M%S.json")
    report = {
        "machine": machine,
        "scenarios": [
            {
                **asdict(result),
                "ratios": [
                    {**asdict(ratio), "value": ratio.value, "reached": ratio.reached} for ratio in result.ratios
                ],
            }
            for result in results
        ],
    }
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return path


def _verdict(ratio: Ratio) -> str:
    text = f"{ratio.name}: {_figure(ratio)} ({_range(ratio)}), target {_target(ratio)}: {_word(ratio)}"
    return f"{text}\n      ceiling {ratio.ceiling}" if ratio.ceiling else text


def _figure(ratio: Ratio) -> str:
    return f"{ratio.value:.2f}{_unit(ratio)}"


def _range(ratio: Ratio) -> str:
    return f"{min(ratio.values):.2f}-{max(ratio.values):.2f}"


def _target(ratio: Ratio) -> str:
    return f"{'<=' if ratio.at_most else '>='} {ratio.target:g}{_unit(ratio)}"


def _unit(ratio: Ratio) -> str:
    return f" {ratio.unit}" if ratio.unit else ""


def _word(ratio: Ratio) -> str:
    return "reached" if ratio.reached else "NOT reached"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.rjust(width) if index else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(line, widths, strict=True))
    )
    return "  ".join([first, *rest]).rstrip()
