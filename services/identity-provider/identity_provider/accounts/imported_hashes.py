"""Hashes of other kinds, which come with an imported user table and are replaced when their users sign in.

A PBKDF2 hash takes ten times as long as an Argon2 hash here. If a rejected sign-in took the time of its account's kind,
timing would reveal which names exist. So each rejected sign-in computes a hash of every kind in the table, whichever
name it used. A successful sign-in computes only its own.
"""

import threading
import time
from collections.abc import Callable
from functools import cache

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from .hashing import current_kind, is_readable, kind, spend
from .models import User

MOST_KINDS = 16
"""Maximum number of kinds. Each kind costs a scan of the table, and adds its time to each rejected sign-in."""

LOOK_INTERVAL = 300.0
"""Seconds between two scans of the table. Once every imported user has signed in, rejected sign-ins are fast again."""


class KindsInUse:
    """One hash of each kind in the table, except the current kind."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._samples: dict[str, str] = {}
        self._looked_at = float("-inf")
        self._current = current_kind()

    def spend_on_others(self, password: str, encoded: str | None) -> None:
        """Take the time of every kind except that of ``encoded``, which was already checked. None is the
        current kind.
        """
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
                self._samples.setdefault(met, encoded)  # imported since the last scan
            return dict(self._samples)


def samples(*known: str) -> dict[str, str]:
    """Return one hash for each kind in the table that is not ``known``, including unsupported kinds."""
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
    """Return the kinds that this process has found."""
    return KindsInUse()
