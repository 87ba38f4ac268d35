"""``python -m loadtests.bench [--only a,b] [--seconds 3] [--rounds 5]``."""

import argparse
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from runner.errors import RunnerError

from . import machine, programs, report
from .context import Context
from .errors import BenchmarkError
from .progress import Progress
from .results import Result

SCENARIOS = {
    "a": "one_worker",
    "b": "many_tokens",
    "c": "first_time",
    "d": "through_traefik",
    "e": "revocation",
    "f": "django_service",
    "g": "against_envoy",
    "h": "flood",
    "i": "against_peers",
    "j": "identity_provider",
}
REPORTS = Path(__file__).resolve().parent.parent / "reports"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen scenarios. Return 1 if one of them could not be measured, 130 after Ctrl-C."""
    options = _parse(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    facts = machine.describe()
    print("\nBenchmarks of the gateway: " + ", ".join(f"{name} {value}" for name, value in facts.items()))
    results: list[Result] = []
    failed = False
    try:
        for letter in options.only:
            try:
                results.append(_run(letter, options.seconds, options.rounds))
            except (BenchmarkError, RunnerError) as error:
                print(f"\n({letter}) could not be measured: {error}", file=sys.stderr)
                failed = True
    except KeyboardInterrupt:
        print("\nInterrupted. All servers are stopped.")
        return 130
    finally:
        if results:
            print(report.summary(results))
            print(f"\nreport: {os.path.relpath(report.write(REPORTS, facts, results))}\n")
    return 1 if failed else 0


def _run(letter: str, seconds: float, rounds: int) -> Result:
    programs.wrk()
    programs.nginx()
    scenario: Callable[[Context], Result] = import_module(f"{__package__}.scenarios.{SCENARIOS[letter]}").run
    started, progress = time.monotonic(), Progress(letter)
    with tempfile.TemporaryDirectory(prefix="vf-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # nginx's workers don't run as root
        try:
            result = scenario(Context(Path(folder), seconds, rounds, progress.show))
        finally:
            progress.end()
    print(report.show(result))
    print(f"    measured in {time.monotonic() - started:.0f} s", flush=True)
    return result


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Benchmarks of the gateway (loadtests/README.md).")
    parser.add_argument("--only", type=_letters, default=list(SCENARIOS), help="scenarios, e.g. a,d (default: all)")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one sample (default 3)")
    parser.add_argument("--rounds", type=int, default=5, help="number of measurements of each variant (default 5)")
    return parser.parse_args(arguments)


def _letters(text: str) -> list[str]:
    letters = [letter for letter in text.replace(",", " ").split() if letter]
    unknown = set(letters) - set(SCENARIOS)
    if unknown or not letters:
        raise argparse.ArgumentTypeError(f"choose from {', '.join(SCENARIOS)}")
    return letters


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main())
