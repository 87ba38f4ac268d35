"""Notices that the wall clock was set back: what was signed before is then from the future."""

import time

TOLERATED_SECONDS = 2.0
"""A smaller step hurts nobody: services forgive an assertion 5 s, and one round of housekeeping comes on top."""


class StepsBack:
    """Compares the wall clock with the one that nobody sets."""

    def __init__(self) -> None:
        self._ahead = _ahead()

    def take(self) -> bool:
        """True if the clock was set back since the last call."""
        before, self._ahead = self._ahead, _ahead()
        return before - self._ahead > TOLERATED_SECONDS


def _ahead() -> float:
    return time.time() - time.monotonic()
