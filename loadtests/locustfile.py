"""Locust's entry point: `make load` runs it, `locust -f loadtests/locustfile.py` opens Locust's own page."""

import logging
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import gevent
from locust import events
from locust.env import Environment

from loadtests import live, summary, thresholds
from loadtests.shapes import Day
from loadtests.target import refuse_foreign
from loadtests.users import ApiUser, BrowserUser

__all__ = ["ApiUser", "BrowserUser", "Day"]


@events.init.add_listener
def _check_target(environment: Environment, **_: Any) -> None:
    refuse_foreign(environment.host or "")
    logging.getLogger("locust.stats_logger").disabled = True  # loadtests.summary says the same, and what was allowed
    if environment.parsed_options and environment.parsed_options.headless:
        gevent.spawn(live.show, environment)


@events.quitting.add_listener
def _judge(environment: Environment, **_: Any) -> None:
    print(f"\n{summary.text(environment)}\n")
    environment.process_exit_code = 1 if any(thresholds.violations(environment)) else 0
