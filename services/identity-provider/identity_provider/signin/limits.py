"""Limits on incorrect passwords.

At sign-in, three counts of failures apply, each in a window that starts with its first failure:

- one name from one network: guessing at one account;
- one network, with any name: trying many accounts;
- one name from any network: guessing at one account from many places.

They depend only on the name and the network, so they reveal nothing: existing names, unknown names and names of
deactivated accounts get the same responses in every state of every count. A successful sign-in doesn't reset them,
because others on the network could observe that.

On their own, these counts would let an attacker lock users out. So they don't apply to a browser that has signed in to
this account before (:mod:`.known_browsers`). Only the browser's own count applies, and the others apply again once that
is used up. No other client can read, forge or use up the mark of a known browser.

An account has two names, the username and the email address. Failures are counted per name and per account. When the
account's count is used up, even the correct password is rejected as incorrect: a 429 for a name that was not tried yet
would reveal which username and email address belong together.

Codes of a second factor are counted per account, because whoever may try one knows the password. A browser that has
signed in with a factor before has a count of its own, as above.

For a change of the password, and before other changes that matter, incorrect passwords and codes are counted per
session. Sign-ins and other sessions don't
affect that count. Codes are also counted over all sessions of the account; the password still works then.

Concurrent requests all pass the first check. So the counts are checked again after the password was hashed, and a
failure is counted and compared in one step. Concurrent guesses get no more responses than consecutive ones.

Successful sign-ins are counted too, for one account from one network, so that a loop creates a bounded number of rows
and revocations per minute. Only clients that know the password affect this count. Refreshes that repeat an earlier
response are counted per session.

Memory is bounded: a network adds at most a few rows for each failure that its own limit allows, and ended windows are
deleted.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, Self

from django.db import connection, transaction
from django.db.models import F, QuerySet

from ..accounts.models import User
from ..accounts.names import sign_in_name
from ..accounts.selectors import find_user
from ..configuration import current
from .errors import TooManyAttempts, TooManySignIns
from .known_browsers import NEVER_SEEN, KnownBrowser
from .models import FailureCount


@dataclass(frozen=True, slots=True)
class Limit:
    """The maximum number of failures, or other counted events, in a window."""

    failures: int
    window: timedelta


NAME_AND_NETWORK = Limit(10, timedelta(minutes=15))
NETWORK = Limit(30, timedelta(minutes=1))
NAME = Limit(100, timedelta(minutes=15))
KNOWN_BROWSER = Limit(10, timedelta(minutes=15))
OLD_PASSWORD = Limit(10, timedelta(minutes=15))
SECOND_FACTOR = Limit(10, timedelta(minutes=15))
REAUTHENTICATION_CODES = Limit(30, timedelta(minutes=15))
"""Codes in all sessions of an account, because someone with the password and a trusted browser can begin many."""
PASSKEYS = Limit(240, timedelta(minutes=1))
"""Requests of one network for a sign-in with a passkey, which can't be guessed. Each sign-in needs two, and each
view of the sign-in page one, for the suggestions in its form."""
PROVIDERS = Limit(60, timedelta(minutes=1))
"""Sign-ins that one network begins with another provider. Each is a row, and waits while the provider fails."""
REPEATED_REFRESHES = Limit(2400, timedelta(minutes=1))
"""Twenty tabs at each of the 120 rotations of a session in a minute."""


@dataclass(frozen=True, slots=True)
class Count:
    """A limit and the key under which it counts."""

    kind: str
    """The name of the limit in the audit log."""
    key: str
    limit: Limit


class Proof(Protocol):
    """One attempt to authenticate with a password."""

    def own(self) -> Sequence[Count]:
        """Return the counts of a known browser. Until they are used up, no other count applies."""

    def refusing(self) -> Sequence[Count]:
        """Return the counts that reject with 429."""

    def silent(self) -> Sequence[Count]:
        """Return the counts that make even the correct password fail."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in."""

    name: str
    """The text that was typed as username or email address."""
    network: str
    user: User | None
    """The user with that name, if there is one."""
    browser: str | None = None
    """The mark of a browser that is known to this user."""

    @classmethod
    def to_sign_in(cls, name: str, network: str, browser: KnownBrowser = NEVER_SEEN) -> Self:
        """Return the attempt for any name that someone types."""
        user = find_user(name)
        return cls(name, network, user, browser.mark_for(user))

    @property
    def user_id(self) -> str | None:
        """Return the ID of the account, for the log only."""
        return self.user.pk if self.user else None

    def own(self) -> Sequence[Count]:
        """Return the count of the known browser, if the browser is known."""
        return [_count("known_browser", KNOWN_BROWSER, self.browser)] if self.browser else []

    def refusing(self) -> Sequence[Count]:
        """Return the counts of the typed name and of the network, also for names that do not exist."""
        name = sign_in_name(self.name).key
        return [
            _count("name_and_network", NAME_AND_NETWORK, name, self.network),
            _count("network", NETWORK, self.network),
            _count("name", NAME, name),
        ]

    def silent(self) -> Sequence[Count]:
        """Return the counts of the account. Unknown names are counted too, so timing doesn't reveal whether an account
        exists.
        """
        owner = ("account", self.user.pk) if self.user else ("nobody", sign_in_name(self.name).key)
        return [
            _count("account_and_network", NAME_AND_NETWORK, *owner, self.network),
            _count("account", NAME, *owner),
        ]


@dataclass(frozen=True, slots=True)
class OldPassword:
    """A signed-in user's current password, which someone at an unlocked screen doesn't know."""

    user_id: str
    session_id: str

    def own(self) -> Sequence[Count]:
        """Return nothing: the session takes the place of a browser."""
        return []

    def refusing(self) -> Sequence[Count]:
        """Return the count of this session. Only a client with its tokens can use it up."""
        return [_count("old_password", OLD_PASSWORD, self.user_id, self.session_id)]

    def silent(self) -> Sequence[Count]:
        """Return nothing: no other name leads to this count."""
        return []


def check(attempt: Proof, *, now: datetime) -> bool:
    """Raise :class:`TooManyAttempts` if a limit is reached. Return False if the account's own is. One query."""
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
    """Count a failure. Raises :class:`TooManyAttempts` if concurrent failures have reached the limit
    since the check.
    """
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
    """Count a correct password. Raises :class:`TooManySignIns` beyond ``VF_SIGN_INS_PER_MINUTE``."""
    most = current().sessions.sign_ins_per_minute
    if not most:
        return
    count = _count("sign_ins", Limit(most, timedelta(minutes=1)), user.pk, network)
    row = _increment(count, now)
    if row.failures > most:
        raise TooManySignIns((row.expires_at - now).total_seconds(), reason=count.kind)


def record_repeated_refresh(session_id: str, *, now: datetime) -> float:
    """Count a repeated refresh in the caller's transaction. Return the seconds to wait after too many, otherwise 0."""
    row = _increment(_count("repeated_refreshes", REPEATED_REFRESHES, session_id), now)
    return (row.expires_at - now).total_seconds() if row.failures > REPEATED_REFRESHES.failures else 0


def guess_second_factor(user: User, browser: str | None, *, now: datetime) -> Count:
    """Count a code before it is verified, so that concurrent guesses get no more responses than consecutive ones.

    ``browser`` is the mark of a browser that has signed in with a factor before. Undo the count of a valid code with
    :func:`forget_guess`. Raises :class:`TooManyAttempts`.
    """
    parts = ("known_browser", browser) if browser else ("account", user.pk)
    count = _count("second_factor", SECOND_FACTOR, *parts)
    row = _increment(count, now)
    if row.failures > SECOND_FACTOR.failures:
        raise TooManyAttempts((row.expires_at - now).total_seconds(), reason=count.kind)
    return count


def forget_guess(count: Count) -> None:
    """Undo one count."""
    FailureCount.objects.filter(key=count.key, failures__gt=0).update(failures=F("failures") - 1)


def record_request(kind: str, limit: Limit, *parts: str, now: datetime) -> float:
    """Count something that is limited under ``parts``. Return the seconds to wait beyond the limit, otherwise 0."""
    row = _increment(_count(kind, limit, *parts), now)
    return (row.expires_at - now).total_seconds() if row.failures > limit.failures else 0


def replace_time(kind: str, *parts: str, lasts: timedelta, now: datetime) -> datetime | None:
    """Store ``now`` under ``parts`` for as long as ``lasts``, and return the time that was stored there.

    Roll the transaction back to keep the earlier time.
    """
    key = _count(kind, Limit(1, lasts), *parts).key
    row = FailureCount.objects.filter(key=key, expires_at__gt=now).first()
    FailureCount.objects.update_or_create(key=key, defaults={"failures": 1, "expires_at": now + lasts})
    return row.expires_at - lasts if row else None


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
"""One statement, whether the row exists or not: the first failure under a key takes as long as later ones."""


def _increment(count: Count, now: datetime) -> FailureCount:
    """Return the row after this failure, locked until the transaction ends."""
    moment = connection.ops.adapt_datetimefield_value
    values = {"key": count.key, "now": moment(now), "ends": moment(now + count.limit.window)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_MORE, values)
        return FailureCount.objects.get(key=count.key)


def _count(kind: str, limit: Limit, *parts: str) -> Count:
    """Return the count. Its key contains its kind: a user ID typed as a name counts as a name."""
    return Count(kind, hashlib.sha256("\0".join((kind, *parts)).encode("utf-8", "replace")).hexdigest(), limit)


def forget(user: User, *, networks: Sequence[str]) -> int:
    """Delete the counts of an account and its two names, from these and from all networks. Return their number."""
    keys: set[str] = set()
    for name in (user.username, user.email):
        for network in networks or [""]:
            attempt = Attempt(name, network, user)
            keys |= {count.key for count in (*attempt.refusing(), *attempt.silent()) if count.kind != "network"}
    keys.add(_count("second_factor", SECOND_FACTOR, "account", user.pk).key)
    return FailureCount.objects.filter(key__in=keys).delete()[0]
