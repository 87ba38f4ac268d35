"""Browsers that have signed in to an account before, so that another client's failures don't lock its user out.

A successful sign-in leaves a mark in the cookie ``vf_known``: the time, a random number, and an HMAC over both, the
user ID and the stored password hash, under a key derived from VF_REFRESH_SECRET. It proves only that this browser has
signed in to this account with its current password. It is no credential, and its content names no user. A password
change invalidates all marks: an attacker who knew the old password could have collected many, each with attempts of its
own.

A known network would prove less: everyone behind one router shares it, and an exemption for it would reveal who has an
account.
"""

import base64
import binascii
import hmac
import secrets
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from ..accounts.models import User

LASTS = timedelta(days=180)
"""Time after the last sign-in for which a browser stays known."""

MOST_ACCOUNTS = 4
"""Maximum number of marks in one cookie, one for each account used in the browser. The latest are kept."""

MOST_READ = 16
"""Maximum number of marks to check in one request, whatever a client sends."""

_NOBODY = "nobody"
_TIME = struct.Struct(">I")
_RANDOM_BYTES = 8
_SIGNED_BYTES = _TIME.size + _RANDOM_BYTES
_TAG_BYTES = 16
_MARK_CHARACTERS = (_SIGNED_BYTES + _TAG_BYTES + 2) // 3 * 4


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """The marks in a request."""

    secret: bytes = field(default=b"", repr=False)
    """``VF_REFRESH_SECRET``."""
    purpose: bytes = b"vf-known-browser"
    """What a mark is for. A mark for another purpose is invalid."""
    also: str = ""
    """What else a mark depends on, apart from the account and its password."""
    marks: tuple[bytes, ...] = ()
    """Well-formed and recent marks. Only a given name shows which account they belong to."""

    @classmethod
    def read(
        cls,
        values: Iterable[bytes],
        *,
        secret: bytes,
        now: datetime,
        purpose: bytes = b"vf-known-browser",
        also: str = "",
    ) -> Self:
        """Read the cookie's values, normally one. Malformed and old marks are dropped."""
        pieces = [piece for value in values for piece in value.split(b".")][:MOST_READ]
        marks = (mark for piece in pieces if (mark := _decode(piece)) is not None)
        return cls(secret, purpose, also, tuple(mark for mark in marks if _is_recent(mark, now)))

    def mark_for(self, user: "User | None") -> str | None:
        """Return the mark of this browser if it has signed in to this account, else None.

        A nonexistent account costs the same work.
        """
        valid = [mark for mark in self.marks if self._is_of(mark, user)]
        return valid[0].hex() if valid and user else None

    def mark_since(self, user: "User", since: datetime) -> str | None:
        """Return the mark of this browser if it has signed in to this account at ``since`` or later, else None."""
        mark = self.mark_for(user)
        if mark is None:
            return None
        [seconds] = _TIME.unpack(bytes.fromhex(mark)[: _TIME.size])
        return mark if seconds > since.timestamp() else None

    def after_sign_in(self, user: "User", *, now: datetime) -> str:
        """Return the cookie's next value: a new mark for this account, and the marks of others."""
        signed = _TIME.pack(int(now.timestamp())) + secrets.token_bytes(_RANDOM_BYTES)
        fresh = signed + self._tag(signed, user)
        others = [mark for mark in self.marks if not self._is_of(mark, user)]
        return b".".join(map(_encode, [fresh, *others][:MOST_ACCOUNTS])).decode("ascii")

    def _is_of(self, mark: bytes, user: "User | None") -> bool:
        return hmac.compare_digest(mark[_SIGNED_BYTES:], self._tag(mark[:_SIGNED_BYTES], user))

    def _tag(self, signed: bytes, user: "User | None") -> bytes:
        key = hmac.digest(self.secret, self.purpose, "sha256")
        owner = f"{user.pk}\0{user.password}\0{self.also}".removesuffix("\0") if user else _NOBODY
        return hmac.digest(key, signed + owner.encode(), "sha256")[:_TAG_BYTES]


NEVER_SEEN = KnownBrowser()
"""A client without the cookie."""


def _encode(mark: bytes) -> bytes:
    return base64.urlsafe_b64encode(mark).rstrip(b"=")


def _decode(piece: bytes) -> bytes | None:
    try:
        mark = base64.b64decode(piece.ljust(_MARK_CHARACTERS, b"="), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    return mark if len(mark) == _SIGNED_BYTES + _TAG_BYTES else None


def _is_recent(mark: bytes, now: datetime) -> bool:
    [seconds] = _TIME.unpack(mark[: _TIME.size])
    return bool(now - LASTS <= datetime.fromtimestamp(seconds, now.tzinfo))
