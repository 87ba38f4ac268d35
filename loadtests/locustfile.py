"""Locust's entry point: `make load` runs it, `locust -f loadtests/locustfile.py` opens Locust's web page."""

import logging
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import gevent
from locust import events
from locust.env import Environment
from locust.runners import WorkerRunner

from loadtests import live, shapes, summary, thresholds
from loadtests.target import refuse_foreign
from loadtests.users import ApiUser, BrowserUser

__all__ = ["ApiUser", "BrowserUser"]


@events.init_command_line_parser.add_listener
def _declare_options(parser: ArgumentParser, **_: Any) -> None:
    parser.add_argument(
        "--shape",
        choices=sorted(shapes.SHAPES),
        include_in_web_ui=False,
        help="number of users over time (LOAD_PEOPLE, LOAD_SECONDS), instead of --users and --run-time",
    )


@events.init.add_listener
def _prepare(environment: Environment, **_: Any) -> None:
    options = environment.parsed_options
    # A worker gets the target from its master when a run begins.
    if environment.host or not isinstance(environment.runner, WorkerRunner):
        refuse_foreign(environment.host or "")
    if options and options.shape:
        _choose_shape(environment)
    logging.getLogger("locust.stats_logger").disabled = True  # loadtests.summary shows these figures
    if options and options.headless:
        gevent.spawn(live.show, environment)


def _choose_shape(environment: Environment) -> None:
    options = environment.parsed_options
    if options.num_users or options.run_time or options.spawn_rate:
        raise SystemExit(
            "error: --shape decides about --users, --spawn-rate and --run-time: set LOAD_PEOPLE, LOAD_SECONDS"
        )
    environment.shape_class = shapes.SHAPES[options.shape]()
    environment.shape_class.runner = environment.runner


@events.test_start.add_listener
def _check_target(environment: Environment, **_: Any) -> None:
    """Check the target again: Locust's web page or a worker's master may have set another one."""
    refuse_foreign(environment.host or "")


@events.quitting.add_listener
def _judge(environment: Environment, **_: Any) -> None:
    if isinstance(environment.runner, WorkerRunner):
        return  # the master, which has its figures, decides
    print(f"\n{summary.text(environment)}\n")
    environment.process_exit_code = 1 if any(thresholds.violations(environment)) else 0
