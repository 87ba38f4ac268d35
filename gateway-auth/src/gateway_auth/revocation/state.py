"""What the gateway knows about revoked tokens, in memory, and the step of a decision that reads it.

An identifier is kept as a 16-byte keyed digest: an entry costs about 150 bytes whatever its length, and a million
entries fit in 150 MB (180 for a moment while the dictionary grows). An entry is forgotten once no token it concerns
can be alive.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

from vf_edge.revocations import Revocation
from vf_tokens import AccessToken

from ..denials import CannotDecide, RevokedToken

_DIGEST_KEY = secrets.token_bytes(16)
_BUCKET_SECONDS = 60


def mark(kind: str, identifier: str) -> bytes:
    """The digest under which an identifier is kept; different for the same text of another kind."""
    return hashlib.blake2b(identifier.encode(), digest_size=16, key=_DIGEST_KEY, person=kind.encode()).digest()


class Marks(NamedTuple):
    """The three identifiers by which a token can be revoked, and the moment (seconds) it was issued."""

    token: bytes
    session: bytes
    user: bytes
    issued_at: int

    @classmethod
    def of(cls, token: AccessToken) -> "Marks":
        """The marks of a verified token."""
        identity = token.identity
        return cls(
            mark("jti", token.token_id),
            mark("sid", identity.session_id),
            mark("sub", identity.user_id),
            token.issued_at,
        )


class RevocationState:
    """All live revocations, and how fresh that knowledge is."""

    def __init__(self) -> None:
        self._expiry: dict[bytes, int] = {}
        self._user_not_before: dict[bytes, int] = {}
        self._buckets: dict[int, list[bytes]] = {}
        self.generation = 0
        """Grows with each new entry: what was checked at this generation need not be checked again."""
        self.fresh_at: float | None = None
        """The last moment (monotonic seconds) at which the view was known to be complete; None: never yet."""

    def __len__(self) -> int:
        return len(self._expiry)

    def add(self, revocation: Revocation) -> None:
        """Remember one entry; a repeated one changes nothing."""
        key = mark(revocation.kind, revocation.identifier)
        bucket = -(-revocation.expires_at // _BUCKET_SECONDS)
        if revocation.kind == "sub":
            self._user_not_before[key] = max(revocation.not_before, self._user_not_before.get(key, 0))
        if self._expiry.get(key, 0) < bucket:
            entries = self._buckets.setdefault(bucket, [])
            entries.append(key)
            self._expiry[key] = bucket
        self.generation += 1

    def is_revoked(self, marks: Marks) -> bool:
        """True if the token, its session, or its user's tokens of that age are revoked."""
        if marks.token in self._expiry or marks.session in self._expiry:
            return True
        not_before = self._user_not_before.get(marks.user)
        return not_before is not None and marks.issued_at <= not_before

    def forget_expired(self, now: float) -> None:
        """Drop the entries whose time has passed; ``now`` in seconds since 1970."""
        for bucket in [number for number in self._buckets if number * _BUCKET_SECONDS < now]:
            for key in self._buckets.pop(bucket):
                if self._expiry.get(key, 0) <= bucket:
                    self._expiry.pop(key, None)
                    self._user_not_before.pop(key, None)


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
