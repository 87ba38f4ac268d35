"""How often sign-in may fail.

Three counts of failures, each in a window that begins with its first failure:

- one name from one network: guessing at one account;
- one network, whatever the names: trying many accounts;
- one name from anywhere: guessing at one account from many places.

The last two would let an attacker lock others out, so they do not hold for somebody who signed in to this account from
this network before. Names need not exist to be counted, so that the limit tells nothing about them. Memory is
bounded: a network adds at most its own limit of rows per window, and ended windows are deleted.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from . import selectors
from .errors import TooManyAttempts
from .models import FailureCount


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures in so long a window."""

    failures: int
    window: timedelta


NAME_AND_NETWORK = Limit(10, timedelta(minutes=15))
NETWORK = Limit(30, timedelta(minutes=1))
NAME = Limit(100, timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to prove who one is."""

    name: str
    """What was typed as user name or e-mail, or the id of the user who is signed in."""
    network: str

    def counted(self) -> Iterator[tuple[str, Limit, bool]]:
        """Key, limit, and whether the limit spares those who are known here."""
        name = self.name.lower()
        yield _key("name-and-network", name, self.network), NAME_AND_NETWORK, False
        yield _key("network", self.network), NETWORK, True
        yield _key("name", name), NAME, True


def check(attempt: Attempt, *, now: datetime) -> None:
    """Raise :class:`TooManyAttempts` if one of the limits is reached. One query, and one more if so."""
    limits = {key: (limit, spares_known) for key, limit, spares_known in attempt.counted()}
    counts = FailureCount.objects.filter(key__in=limits, expires_at__gt=now)
    reached = [count for count in counts if count.failures >= limits[count.key][0].failures]
    if not reached:
        return
    if all(limits[count.key][1] for count in reached) and selectors.is_known_here(attempt.name, attempt.network):
        return
    raise TooManyAttempts(wait=max((count.expires_at - now).total_seconds() for count in reached))


def record_failure(attempt: Attempt, *, now: datetime) -> None:
    """Count a failure under all three keys."""
    for key, limit, _ in attempt.counted():
        _increment(key, limit, now)


def forget_failures(attempt: Attempt) -> None:
    """The name was proven from this network: its own count begins anew."""
    key = next(iter(attempt.counted()))[0]
    FailureCount.objects.filter(key=key).delete()


def delete_ended_windows(*, now: datetime) -> None:
    """Free the rows that no longer count."""
    FailureCount.objects.filter(expires_at__lte=now).delete()


def _increment(key: str, limit: Limit, now: datetime) -> None:
    counted = FailureCount.objects.filter(key=key, expires_at__gt=now).update(failures=F("failures") + 1)
    if counted:
        return
    FailureCount.objects.filter(key=key, expires_at__lte=now).delete()
    try:
        with transaction.atomic():
            FailureCount.objects.create(key=key, failures=1, expires_at=now + limit.window)
    except IntegrityError:  # another request began the window in between
        FailureCount.objects.filter(key=key).update(failures=F("failures") + 1)


def _key(kind: str, *parts: str) -> str:
    return hashlib.sha256("\0".join((kind, *parts)).encode("utf-8", "replace")).hexdigest()
