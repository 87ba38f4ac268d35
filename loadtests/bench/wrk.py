"""Runs of wrk: always one thread, so that the load generator is the same for all variants."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import programs
from .errors import BenchmarkError

CONNECTIONS = 64
PERSON = {"Person": ""}
"""Placeholder for a user's own headers; without it, they come last."""

PREPARE_SECONDS = 60
LONGEST_VISIT_SECONDS = 240.0
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Load:
    """The results of one run; latencies in milliseconds."""

    requests: int
    per_second: float
    p50: float
    p99: float


def run(
    url: str,
    headers: Mapping[str, str],
    seconds: float,
    *,
    connections: int = CONNECTIONS,
    people: Path | None = None,
    denied: bool = False,
) -> Load:
    """Load ``url``. With ``people`` (a file of one user's headers per line), each request is the next user's.

    Raises :class:`BenchmarkError` if any response was not a success, because a rate of denials would be meaningless.
    With ``denied``, each response must be a denial.
    """
    report = _run(url, headers, seconds, connections, [str(people), "again"] if people else [])
    if report["refused"] != (report["requests"] if denied else 0) or report["errors"] or not report["requests"]:
        raise BenchmarkError(f"not every response of {url} was a {'denial' if denied else 'success'}: {report}")
    return _load(report)


def _load(report: Mapping[str, int]) -> Load:
    return Load(
        requests=report["requests"],
        per_second=report["requests"] / report["microseconds"] * 1e6,
        p50=report["p50"] / 1000,
        p99=report["p99"] / 1000,
    )


def visit_all(url: str, headers: Mapping[str, str], people: Path, *, connections: int = CONNECTIONS) -> None:
    """Send every user's request once, so that the server has seen all of them.

    Connections are cut at the end, so only responses are checked. Raises :class:`BenchmarkError`.
    """
    report = _run(url, headers, LONGEST_VISIT_SECONDS, connections, [str(people), "once"])
    if report["refused"]:
        raise BenchmarkError(f"not every response of {url} was a success: {report}")


def _run(
    url: str, headers: Mapping[str, str], seconds: float, connections: int, people: Sequence[str]
) -> dict[str, int]:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    script = _FOLDER / ("people.lua" if people else "report.lua")
    command = [str(programs.wrk()), "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}", "-s", str(script), url]
    command += ["--", *people, *lines]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + PREPARE_SECONDS, check=False)
    line = next((line for line in done.stdout.splitlines() if line.startswith("REPORT ")), None)
    if line is None:
        raise BenchmarkError(f"wrk printed no report for {url}:\n{done.stdout}{done.stderr}")
    report: dict[str, int] = json.loads(line.removeprefix("REPORT "))
    return report
