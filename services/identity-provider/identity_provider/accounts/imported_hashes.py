"""Hashes of other kinds than the current one: they come with an imported user table, and go at each user's sign-in.

A PBKDF2 hash takes ten times as long as ours. If each account took its own time, the time of a refusal would tell which
names exist. So a refusal costs a hash of every kind in the table, whoever was named. A sign-in costs only its own.
"""

import threading
import time
from collections.abc import Callable
from functools import cache

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from .hashing import current_kind, is_readable, kind, spend
from .models import User

MOST_KINDS = 16
"""Each kind costs a scan of the table, and each refusal its time."""

LOOK_INTERVAL = 300.0
"""Seconds between two looks at the table. Once every imported user has signed in, refusals are quick again."""


class KindsInUse:
    """One hash of each kind that the table holds, besides the current kind."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._samples: dict[str, str] = {}
        self._looked_at = float("-inf")
        self._current = current_kind()

    def spend_on_others(self, password: str, encoded: str | None) -> None:
        """Take the time of every kind but that of ``encoded``, which was checked already. None is the current kind."""
        spent = kind(encoded) if encoded is not None and is_readable(encoded) else self._current
        if spent != self._current:
            spend(password)
        for other, sample in self._known(spent, encoded).items():
            if other != spent:
                spend(password, sample)

    def _known(self, met: str, encoded: str | None) -> dict[str, str]:
        with self._lock:
            if self._clock() - self._looked_at >= LOOK_INTERVAL:
                self._samples = {key: sample for key, sample in samples(self._current).items() if is_readable(sample)}
                self._looked_at = self._clock()
            if encoded is not None and met != self._current:
                self._samples.setdefault(met, encoded)  # imported since the last look
            return dict(self._samples)


def samples(*known: str) -> dict[str, str]:
    """Return one hash for each kind in the table that is not ``known``, also of kinds that nothing here reads."""
    rows = User.objects.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exclude(password="")
    for prefix in known:
        rows = rows.exclude(password__startswith=prefix)
    found: dict[str, str] = {}
    while len(found) < MOST_KINDS and (sample := rows.order_by().values_list("password", flat=True).first()):
        found[kind(sample)] = sample
        rows = rows.exclude(password__startswith=kind(sample))
    return found


@cache
def kinds_in_use() -> KindsInUse:
    """The kinds as this process knows them."""
    return KindsInUse()
