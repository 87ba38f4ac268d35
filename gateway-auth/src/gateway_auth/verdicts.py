"""The verdict cache: the same bytes get the same answer, checked against time and revocation at every use.

A verdict of the ordinary handler is remembered under a digest of the *whole* request head, except the value of
``X-Forwarded-Uri``, on which no cached verdict depends. So a hit differs from a request that was decided in
full by one plain line value only, and nothing that a decision looks at can be missing from the key.
"""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b

from .cache import BoundedCache
from .decision import Verdict
from .revocation.gate import RevocationGate
from .revocation.state import Marks

MAX_PLAIN_BYTES = 16_384
"""A longer request is left to the ordinary handler."""

_URI_NAME = b"\r\nX-Forwarded-Uri: "
_URI_VALUE = re.compile(rb"/[!-~]{0,4000}")
_END = b"\r\n\r\n"
_KEY = secrets.token_bytes(16)
_ENTRY_OVERHEAD_BYTES = 700
"""Measured with tracemalloc: the entry, its key and its places in the cache."""


@dataclass(slots=True)
class CachedVerdict:
    """An answer up to the request id, and what it must still be checked against."""

    head: bytes
    usable_until: float
    """Seconds since 1970: the earlier of the token's expiry and the assertion's renewal."""
    marks: Marks | None
    """None for an anonymous verdict, which nothing can revoke."""
    generation: int
    """The revocation generation at which the marks were last checked."""
    size: int
    used: bool = field(default=False)


def plain_key(data: bytes) -> bytes | None:
    """The cache key of one whole request head, or None if it is not the plain case."""
    start = data.find(_URI_NAME)
    if start < 0 or len(data) > MAX_PLAIN_BYTES:
        return None
    start += len(_URI_NAME)
    end = data.find(b"\r", start)
    if _URI_VALUE.fullmatch(data, start, end) is None:
        return None
    return blake2b(data[:start] + data[end:], digest_size=16, key=_KEY).digest()


def is_one_head(data: bytes) -> bool:
    """True if ``data`` is one request head from its first to its last byte, with nothing after it."""
    return data.find(_END) == len(data) - len(_END)


class VerdictCache:
    """Answers repeats from memory. Not used when assertions are bound to a request."""

    def __init__(
        self,
        gate: RevocationGate,
        max_bytes: int,
        next_request_id: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.cache: BoundedCache[CachedVerdict] = BoundedCache(max_bytes)
        self._gate = gate
        self._state = gate.state
        self._next_request_id = next_request_id
        self._clock = clock

    def answer(self, data: bytes) -> bytes | None:
        """The whole answer to a repeated request, or None: then the ordinary handler decides."""
        key = plain_key(data)
        if key is None:
            return None
        verdict = self.cache.get(key)
        if verdict is None:
            return None
        if self._clock() >= verdict.usable_until or not self._is_good(verdict):
            self.cache.discard(key)
            return None
        verdict.used = True
        return b"%b%b\r\n\r\n" % (verdict.head, self._next_request_id().encode())

    def remember(self, data: bytes, verdict: Verdict) -> None:
        """Keep an allowed verdict for the bytes that it was decided on."""
        key = plain_key(data) if verdict.repeatable else None
        if key is None:
            return
        head = _answer_head(verdict)
        token = verdict.token
        until = verdict.headers.usable_until
        self.cache.put(
            key,
            CachedVerdict(
                head=head,
                usable_until=until if token is None else min(until, token.access.expires_at),
                marks=None if token is None else token.marks,
                generation=-1,
                size=len(head) + _ENTRY_OVERHEAD_BYTES,
            ),
        )

    def _is_good(self, verdict: CachedVerdict) -> bool:
        if verdict.marks is None:
            return True
        if not self._gate.is_open():
            return False
        if verdict.generation != self._state.generation:
            if self._state.is_revoked(verdict.marks):
                return False
            verdict.generation = self._state.generation
        return True


def _answer_head(verdict: Verdict) -> bytes:
    lines = [f"{name}: {value}\r\n" for name, value in verdict.headers.values.items()]
    return ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + "".join(lines) + "X-Request-Id: ").encode("ascii")
