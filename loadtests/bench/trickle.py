"""Requests at a fixed rate, independent of the response time: ``python -m loadtests.bench.trickle …``.

wrk sends the next request after each response, which is right for measuring a maximum. To measure the effect on other
requests, both sides must keep their rates: each latency counts from the time at which the request was due, so a stall
is not hidden by requests that were never sent. A separate process, so that one load doesn't delay another's clock.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .errors import BenchmarkError
from .processes import LOOPBACK

LATE_START_SECONDS = 1.0
"""From the start of the process to its first request: time to open the connections."""


@dataclass(frozen=True, slots=True)
class Trickle:
    """The results of one run; latencies in milliseconds."""

    statuses: dict[int, int]
    p50: float
    p99: float


class Running:
    """A load in a separate process."""

    def __init__(
        self, port: int, path: str, people: Path, *, rate: float, seconds: float, connections: int, skip: int = 0
    ) -> None:
        arguments = [port, path, people, f"--rate={rate}", f"--seconds={seconds}"]
        arguments += [f"--connections={connections}", f"--skip={skip}"]
        command = [sys.executable, "-m", __name__, *map(str, arguments)]
        root = Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._longest = seconds + 60

    def result(self) -> Trickle:
        """Wait for the end and return the results. Raises :class:`BenchmarkError`."""
        try:
            output, errors = self._process.communicate(timeout=self._longest)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise BenchmarkError("a load at a fixed rate did not end") from None
        if self._process.returncode != 0:
            raise BenchmarkError(f"a load at a fixed rate failed: {errors.strip().splitlines()[-1]}")
        found = json.loads(output)
        return Trickle({int(status): count for status, count in found["statuses"].items()}, found["p50"], found["p99"])


@dataclass(slots=True)
class _Observed:
    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Send the requests, and print the results as JSON."""
    options = _parse(arguments)
    lines = Path(options.people).read_text(encoding="ascii").splitlines()[options.skip :]
    requests = [_request(options.path, line) for line in lines]
    observed = asyncio.run(_send_all(options, requests))
    ordered = sorted(observed.milliseconds)
    p99 = ordered[int(len(ordered) * 0.99)]
    print(json.dumps({"statuses": observed.statuses, "p50": statistics.median(ordered), "p99": p99}))
    return 0


async def _send_all(options: argparse.Namespace, requests: Sequence[bytes]) -> _Observed:
    observed, start = _Observed(), time.monotonic() + LATE_START_SECONDS
    count = int(options.rate * options.seconds)
    async with asyncio.TaskGroup() as group:
        for number in range(options.connections):
            turns = range(number, count, options.connections)
            group.create_task(_send_some(options, requests, turns, start, observed))
    return observed


async def _send_some(
    options: argparse.Namespace, requests: Sequence[bytes], turns: range, start: float, observed: _Observed
) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, options.port)
    for turn in turns:
        due = start + turn / options.rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        writer.write(requests[turn % len(requests)])
        observed.statuses[await _read_answer(reader)] += 1
        observed.milliseconds.append((time.monotonic() - due) * 1000)
    writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = next((line[15:] for line in head.split(b"\r\n") if line.startswith(b"content-length:")), b"0")
    await reader.readexactly(int(length))
    return int(head.split(b" ", 2)[1])


def _request(path: str, line: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\n{line.replace(chr(9), chr(13) + chr(10))}\r\n\r\n".encode("ascii")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m loadtests.bench.trickle")
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("people", help="one request's headers per line, separated by tabs")
    parser.add_argument("--rate", type=float, required=True, help="requests per second")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--skip", type=int, default=0, help="number of lines to skip")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
