"""The summary at the end of a run."""

from collections.abc import Sequence

from locust.env import Environment
from locust.stats import StatsEntry

from . import thresholds

_COLUMNS = ("", "requests", "failed", "per second", "p50 ms", "p95 ms", "allowed", "p99 ms")


def text(environment: Environment) -> str:
    """Return a table of all kinds of requests, then the limits that were exceeded."""
    stats = environment.stats
    entries = sorted(stats.entries.values(), key=lambda entry: entry.name)
    rows = [_row(entry, f"{thresholds.bound_of(entry).p95:,.0f}") for entry in entries]
    lines = _aligned([_COLUMNS, *rows, _row(stats.total, "")])
    broken = list(thresholds.violations(environment))
    lines += ["", *(f"NOT kept: {line}" for line in broken)] if broken else ["", "All bounds were kept."]
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _row(entry: StatsEntry, allowed: str) -> tuple[str, ...]:
    percentiles = [f"{entry.get_response_time_percentile(share):,.0f}" for share in (0.5, 0.95, 0.99)]
    name = f"{entry.method} {entry.name}" if entry.method else "all"
    rate = f"{entry.total_rps:,.1f}"
    return (name, f"{entry.num_requests:,}", f"{entry.num_failures:,}", rate, *percentiles[:2], allowed, percentiles[2])


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
