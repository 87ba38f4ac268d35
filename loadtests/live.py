"""Where a run is, on one line that is written over itself; nothing where the output is no terminal."""

import sys

import gevent
from locust.env import Environment

from .shapes import SECONDS


def show(environment: Environment) -> None:
    """Go on until the run ends."""
    if not sys.stdout.isatty():
        return
    while environment.runner is None or environment.runner.state != "stopped":
        gevent.sleep(0.5)
        runner, total = environment.runner, environment.stats.total
        if runner is None or runner.shape_worker is None or environment.shape_class is None:
            continue
        passed = min(SECONDS, environment.shape_class.get_run_time())
        line = f"{passed:.0f} of {SECONDS:.0f} s, {runner.user_count} people, {total.num_requests:,} requests"
        sys.stdout.write(f"\r\x1b[K  {line}, {total.num_failures:,} failed")
        sys.stdout.flush()
    sys.stdout.write("\r\x1b[K")
