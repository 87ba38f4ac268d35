"""The revocation step of a decision: refuse what is revoked, and refuse to guess when the view is too old."""

import time
from collections.abc import Callable

from ..denials import CannotDecide, RevokedToken
from .state import Marks, RevocationState


class RevocationGate:
    """Applies ``VF_REVOCATION_POLICY`` and ``VF_REVOCATION_MAX_STALENESS`` (seconds) to the state."""

    def __init__(
        self,
        state: RevocationState,
        *,
        closed: bool,
        max_staleness: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.state = state
        self._closed = closed
        self._max_staleness = max_staleness
        self._clock = clock

    def staleness(self) -> float:
        """Seconds since the view was last known to be complete; infinite before the first time."""
        fresh = self.state.fresh_at
        return float("inf") if fresh is None else self._clock() - fresh

    def is_open(self) -> bool:
        """False if the policy is to refuse because the view is too old."""
        fresh = self.state.fresh_at  # not staleness(): this is asked at every request
        return not self._closed or (fresh is not None and self._clock() - fresh <= self._max_staleness)

    def check(self, marks: Marks) -> None:
        """Raises :class:`RevokedToken` or :class:`CannotDecide`. What is known to be revoked is always refused."""
        if self.state.is_revoked(marks):
            raise RevokedToken("revoked")
        if not self.is_open():
            raise CannotDecide("revocations are too old")
