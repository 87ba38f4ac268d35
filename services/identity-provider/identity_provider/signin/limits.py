"""How often a password may be wrong.

At sign-in, by whoever types it, three counts of failures, each in a window that begins with its first failure:

- one name from one network: guessing at one account;
- one network, whatever the names: trying many accounts;
- one name from anywhere: guessing at one account from many places.

They depend on the name and the network alone, so that they tell nothing: a name that exists, one that does not, and one
of a deactivated account are answered alike in every state of every count. A success does not clear them either, because
whoever shares the network would see it.

They would let an attacker lock others out. So they do not hold in a browser that has signed in to this account before
(:mod:`.known_browsers`): only that browser's own count does, and when it is used up the others hold again. No
other client can read, forge or use up what makes a browser known.

An account has two names, the username and the email address, and is counted as well as each of them. When that
count is used up the right password is answered like a wrong one: to say "too often" to a name that was not tried yet
would tell whose it is.

Whoever changes a password is signed in, and a wrong old password is counted for that session alone. What happens at
sign-in, or in another session, takes none of its tries away.

Requests at the same moment all pass the first look. So the count is looked at again when the password was checked, and
a failure is counted and compared in one step: of many guesses at once no more are answered than one after another.

Sign-ins that succeed are counted too, for one account from one network, so that a loop adds a bounded number of rows
and published revocations a minute. Only a client that knows the password is counted or refused, so the count tells
nothing and no neighbour can use it up. Refreshes that repeat an earlier answer are counted for their session.

Memory is bounded: a network adds at most a few rows for each failure that its own limit allows, and ended windows are
deleted.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, Self

from django.db import connection, transaction
from django.db.models import QuerySet

from ..accounts.models import User
from ..accounts.names import sign_in_name
from ..accounts.selectors import find_user
from ..configuration import current
from .errors import TooManyAttempts, TooManySignIns
from .known_browsers import NEVER_SEEN, KnownBrowser
from .models import FailureCount


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures, or other counted events, in so long a window."""

    failures: int
    window: timedelta


NAME_AND_NETWORK = Limit(10, timedelta(minutes=15))
NETWORK = Limit(30, timedelta(minutes=1))
NAME = Limit(100, timedelta(minutes=15))
KNOWN_BROWSER = Limit(10, timedelta(minutes=15))
OLD_PASSWORD = Limit(10, timedelta(minutes=15))
REPEATED_REFRESHES = Limit(2400, timedelta(minutes=1))
"""Twenty tabs at each of the 120 rotations that a session may make in a minute."""


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted under one key."""

    kind: str
    """Its name in the audit log."""
    key: str
    limit: Limit


class Proof(Protocol):
    """One try to prove who one is, by a password."""

    def own(self) -> Sequence[Count]:
        """Return the counts of a known browser. While they are not used up, no other holds."""

    def refusing(self) -> Sequence[Count]:
        """Return the counts that refuse with 429."""

    def silent(self) -> Sequence[Count]:
        """Return the counts that make the right password fail like a wrong one."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to sign in."""

    name: str
    """What was typed as username or email address."""
    network: str
    user: User | None
    """Whose name it is."""
    browser: str | None = None
    """The mark of a browser that is known to this user."""

    @classmethod
    def to_sign_in(cls, name: str, network: str, browser: KnownBrowser = NEVER_SEEN) -> Self:
        """Under whatever name someone types."""
        user = find_user(name)
        return cls(name, network, user, browser.mark_for(user))

    @property
    def user_id(self) -> str | None:
        """The id of the account, for the log only."""
        return self.user.pk if self.user else None

    def own(self) -> Sequence[Count]:
        """Return the count of the known browser, if it is one."""
        return [_count("known_browser", KNOWN_BROWSER, self.browser)] if self.browser else []

    def refusing(self) -> Sequence[Count]:
        """Return the counts of the typed name and of the network: the same for names that do not exist."""
        name = sign_in_name(self.name).key
        return [
            _count("name_and_network", NAME_AND_NETWORK, name, self.network),
            _count("network", NETWORK, self.network),
            _count("name", NAME, name),
        ]

    def silent(self) -> Sequence[Count]:
        """Return the counts of the account. Unknown names are counted too, so that it takes the same time."""
        owner = ("account", self.user.pk) if self.user else ("nobody", sign_in_name(self.name).key)
        return [
            _count("account_and_network", NAME_AND_NETWORK, *owner, self.network),
            _count("account", NAME, *owner),
        ]


@dataclass(frozen=True, slots=True)
class OldPassword:
    """The proof that it is not just somebody at an open screen, asked of one who is signed in."""

    user_id: str
    session_id: str

    def own(self) -> Sequence[Count]:
        """Return nothing: the session is the browser."""
        return []

    def refusing(self) -> Sequence[Count]:
        """Return the count of this session: only who holds its tokens can use it up."""
        return [_count("old_password", OLD_PASSWORD, self.user_id, self.session_id)]

    def silent(self) -> Sequence[Count]:
        """Return nothing: there is one name."""
        return []


def check(attempt: Proof, *, now: datetime) -> bool:
    """Raise :class:`TooManyAttempts` if a limit is reached; False if the account's own is. One query."""
    own, refusing, silent = attempt.own(), attempt.refusing(), attempt.silent()
    keys = [count.key for count in (*own, *refusing, *silent)]
    rows = {row.key: row for row in FailureCount.objects.filter(key__in=keys, expires_at__gt=now)}
    if own and not _reached(own, rows):
        return True
    if reached := _reached(refusing, rows):
        wait = max((rows[count.key].expires_at - now).total_seconds() for count in reached)
        raise TooManyAttempts(wait, reason=reached[0].kind)
    return not _reached(silent, rows)


def record_failure(attempt: Proof, *, now: datetime) -> None:
    """Count a failure. Raises :class:`TooManyAttempts` if others used up what was left since the check."""
    own = [_increment(count, now).failures <= count.limit.failures for count in attempt.own()]
    if own and all(own):
        return
    for count in attempt.refusing():
        row = _increment(count, now)
        if row.failures > count.limit.failures:
            raise TooManyAttempts((row.expires_at - now).total_seconds(), reason=count.kind)
    for count in attempt.silent():
        _increment(count, now)


def record_sign_in(user: User, network: str, *, now: datetime) -> None:
    """Count a right password. Raises :class:`TooManySignIns` beyond ``VF_SIGN_INS_PER_MINUTE``."""
    most = current().sessions.sign_ins_per_minute
    if not most:
        return
    count = _count("sign_ins", Limit(most, timedelta(minutes=1)), user.pk, network)
    row = _increment(count, now)
    if row.failures > most:
        raise TooManySignIns((row.expires_at - now).total_seconds(), reason=count.kind)


def record_repeated_refresh(session_id: str, *, now: datetime) -> float:
    """Count one, in the caller's transaction. Returns the seconds to wait if there were too many, otherwise 0."""
    row = _increment(_count("repeated_refreshes", REPEATED_REFRESHES, session_id), now)
    return (row.expires_at - now).total_seconds() if row.failures > REPEATED_REFRESHES.failures else 0


def _reached(counts: Iterable[Count], rows: Mapping[str, FailureCount]) -> list[Count]:
    return [count for count in counts if count.key in rows and rows[count.key].failures >= count.limit.failures]


def ended_windows(*, now: datetime) -> QuerySet[FailureCount]:
    """Return the rows that no longer count."""
    return FailureCount.objects.filter(expires_at__lte=now)


_ONE_MORE = """
    INSERT INTO signin_failurecount AS counted (key, failures, expires_at) VALUES (%(key)s, 1, %(ends)s)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN counted.expires_at > %(now)s THEN counted.failures + 1 ELSE 1 END,
        expires_at = CASE WHEN counted.expires_at > %(now)s THEN counted.expires_at ELSE excluded.expires_at END
"""
"""One statement, whether the row is there or not: the first failure under a key takes as long as the next ones."""


def _increment(count: Count, now: datetime) -> FailureCount:
    """The row as this failure left it, whoever else counts: it is locked until the transaction ends."""
    moment = connection.ops.adapt_datetimefield_value
    values = {"key": count.key, "now": moment(now), "ends": moment(now + count.limit.window)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_MORE, values)
        return FailureCount.objects.get(key=count.key)


def _count(kind: str, limit: Limit, *parts: str) -> Count:
    """The kind is in the key: a user id that is typed as a name is a name."""
    return Count(kind, hashlib.sha256("\0".join((kind, *parts)).encode("utf-8", "replace")).hexdigest(), limit)
