"""Progress of a run, on one line that is overwritten; nothing if the output is not a terminal."""

import sys
import time

import gevent
from locust.env import Environment

from .shapes import SECONDS


def show(environment: Environment) -> None:
    """Show the progress until the run ends."""
    if not sys.stdout.isatty():
        return
    while environment.runner is None or environment.runner.state != "stopped":
        gevent.sleep(0.5)
        runner, total = environment.runner, environment.stats.total
        if runner is None or not runner.user_count:
            continue
        line = f"{_time(environment)}, {runner.user_count} people, {total.num_requests:,} requests"
        sys.stdout.write(f"\r\x1b[K  {line}, {total.num_failures:,} failed")
        sys.stdout.flush()
    sys.stdout.write("\r\x1b[K")


def _time(environment: Environment) -> str:
    passed = time.time() - environment.stats.start_time
    length = SECONDS if environment.shape_class else environment.parsed_options and environment.parsed_options.run_time
    return f"{min(passed, length):.0f} of {length:.0f} s" if length else f"{passed:.0f} s"
