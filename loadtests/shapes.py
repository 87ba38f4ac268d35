"""How many people there are when: shapes, which a run gets only if it names one (``--shape``)."""

import math
import os

from locust import LoadTestShape

PEOPLE = int(os.environ.get("LOAD_PEOPLE", "20"))
SECONDS = float(os.environ.get("LOAD_SECONDS", "45"))

_STAGES = ((0.2, 0.5), (0.7, 1.0), (0.9, 1.5), (1.0, 0.5))
"""Until this share of the time, this share of the people: warming up, a working day, a rush, its end."""


class Day(LoadTestShape):
    """Half, all, half as many again, half."""

    def tick(self) -> tuple[int, float] | None:
        """People now and new ones a second; None at the end."""
        share = self.get_run_time() / SECONDS
        for until, people in _STAGES:
            if share < until:
                return math.ceil(PEOPLE * people), max(1.0, PEOPLE / 5)
        return None


SHAPES = {"day": Day}
"""Each shape with its name on the command line. Locust takes the first shape that it sees in a locustfile, and with
it ignores ``-u`` and ``-t``: so the locustfile shows it none.
"""
