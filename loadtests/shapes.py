"""The number of users over time: shapes, which a run uses only with ``--shape``."""

import math
import os

from locust import LoadTestShape

PEOPLE = int(os.environ.get("LOAD_PEOPLE", "20"))
SECONDS = float(os.environ.get("LOAD_SECONDS", "45"))

_STAGES = ((0.2, 0.5), (0.7, 1.0), (0.9, 1.5), (1.0, 0.5))
"""Up to this share of the time, this share of the users: warm-up, a working day, a rush, its end."""


class Day(LoadTestShape):
    """Half of the users, all, one and a half times as many, half."""

    def tick(self) -> tuple[int, float] | None:
        """Return the current number of users and new ones per second; None at the end."""
        share = self.get_run_time() / SECONDS
        for until, people in _STAGES:
            if share < until:
                return math.ceil(PEOPLE * people), max(1.0, PEOPLE / 5)
        return None


SHAPES = {"day": Day}
"""Each shape by its name on the command line. Locust uses the first shape that it finds in a locustfile and then
ignores ``-u`` and ``-t``, so the locustfile contains none.
"""
