"""How often sign-in may fail.

Three counts of failures, each in a window that begins with its first failure:

- one name from one network: guessing at one account;
- one network, whatever the names: trying many accounts;
- one name from anywhere: guessing at one account from many places.

The last two would let an attacker lock others out, so they do not hold for somebody who signed in to this account from
this network before. Names need not exist to be counted, so that the limit tells nothing about them. Memory is
bounded: a network adds at most a few rows for each failure that its own limit allows, and ended windows are deleted.

An account has two names, the user name and the e-mail address, and is counted as well as each of them. When that
count is used up the right password is answered like a wrong one: to say "too often" to a name that was not tried yet
would tell whose it is.

Requests at the same moment all pass the first look. So the count is looked at again when the password was checked, and
a failure is counted and compared in one step: of many guesses at once no more are answered than one after another.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db import IntegrityError, transaction
from django.db.models import F

from ..accounts.selectors import find_user
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
class Count:
    """What is counted under one key."""

    key: str
    limit: Limit
    spares_known: bool = False
    """Whether it does not hold for those who are known here."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to prove who one is."""

    name: str
    """What was typed as user name or e-mail, or the id of the user who is signed in."""
    network: str
    account: str | None
    """The id of the user whose name it is."""

    @classmethod
    def to_sign_in(cls, name: str, network: str) -> Self:
        """Under whatever name somebody types."""
        user = find_user(name)
        return cls(name, network, user.pk if user else None)

    def of_name(self) -> Iterator[Count]:
        """What refuses."""
        name = self.name.lower()
        yield Count(_key("name-and-network", name, self.network), NAME_AND_NETWORK)
        yield Count(_key("network", self.network), NETWORK, spares_known=True)
        yield Count(_key("name", name), NAME, spares_known=True)

    def of_account(self) -> Iterator[Count]:
        """What refuses silently. Without an account nobody reads it; counting it takes the same time."""
        owner = ("account", self.account) if self.account else ("nobody", self.name.lower())
        yield Count(_key(*owner, self.network), NAME_AND_NETWORK)
        yield Count(_key(*owner), NAME, spares_known=True)

    def is_known_here(self) -> bool:
        """True if this user has signed in from this network."""
        return selectors.is_known_here(self.account or "nobody", self.network)


def check(attempt: Attempt, *, now: datetime) -> bool:
    """Raise :class:`TooManyAttempts` if a limit is reached; False if the account's own is. One query, or two."""
    of_name, of_account = tuple(attempt.of_name()), tuple(attempt.of_account())
    keys = [count.key for count in (*of_name, *of_account)]
    rows = {row.key: row for row in FailureCount.objects.filter(key__in=keys, expires_at__gt=now)}
    if reached := _reached(of_name, rows, attempt):
        raise TooManyAttempts(wait=max((row.expires_at - now).total_seconds() for row in reached))
    return not _reached(of_account, rows, attempt)


def record_failure(attempt: Attempt, *, now: datetime) -> None:
    """Count a failure. Raises :class:`TooManyAttempts` if others used up what was left since the check."""
    for count in attempt.of_name():
        row = _increment(count, now)
        if row.failures > count.limit.failures and not (count.spares_known and attempt.is_known_here()):
            raise TooManyAttempts(wait=(row.expires_at - now).total_seconds())
    for count in attempt.of_account():
        _increment(count, now)


def _reached(counts: Iterable[Count], rows: Mapping[str, FailureCount], attempt: Attempt) -> list[FailureCount]:
    reached = [count for count in counts if count.key in rows and rows[count.key].failures >= count.limit.failures]
    if all(count.spares_known for count in reached) and reached and attempt.is_known_here():
        return []
    return [rows[count.key] for count in reached]


def forget_failures(attempt: Attempt) -> None:
    """The name was proven from this network: its own counts begin anew."""
    keys = [next(counts).key for counts in (attempt.of_name(), attempt.of_account())]
    FailureCount.objects.filter(key__in=keys).delete()


def delete_ended_windows(*, now: datetime) -> None:
    """Free the rows that no longer count."""
    FailureCount.objects.filter(expires_at__lte=now).delete()


def _increment(count: Count, now: datetime) -> FailureCount:
    """The row as this failure left it, whoever else counts: it is locked until the transaction ends."""
    rows = FailureCount.objects.filter(key=count.key)
    with transaction.atomic():
        if not rows.filter(expires_at__gt=now).update(failures=F("failures") + 1):
            rows.filter(expires_at__lte=now).delete()
            try:
                with transaction.atomic():
                    return FailureCount.objects.create(key=count.key, failures=1, expires_at=now + count.limit.window)
            except IntegrityError:  # another request began the window in between
                rows.update(failures=F("failures") + 1)
        return rows.get()


def _key(kind: str, *parts: str) -> str:
    return hashlib.sha256("\0".join((kind, *parts)).encode("utf-8", "replace")).hexdigest()
