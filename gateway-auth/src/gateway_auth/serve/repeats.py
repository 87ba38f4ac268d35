"""The verdict cache: the same bytes get the same answer, checked against time and revocation at every use.

A verdict of the ordinary handler is remembered under the *whole* request head, except the value of
``X-Forwarded-Uri``, on which no cached verdict depends. So a hit differs from a request that was decided in
full by one plain line value only, and nothing that a decision looks at can be missing from the key. The key is
the bytes themselves: comparing them costs half of what a digest does, for about 0.9 KB of memory. They are one
object: with 100,000 tokens most of the cost of a repeat is memory that no processor cache holds.
"""

import re
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from urllib.parse import unquote

import structlog

from vf_edge.identity_headers import REQUEST_ID, USER_ASSERTION, USER_ID, USER_SESSION

from ..answer.request_ids import RequestIds
from ..cache import BoundedCache
from ..decision.steps import Verdict
from ..identity.assertions import AssertionMinter
from ..revocation.gate import RevocationGate
from ..revocation.state import Marks
from . import metrics

MAX_PLAIN_BYTES = 16_384
"""A longer request is left to the ordinary handler."""

LINE_SECONDS = 1.0
"""Of the repeats, one in so many seconds is logged: enough to see that they go on and whose they are."""

_URI_NAME = b"\r\nX-Forwarded-Uri: "
_URI_NAME_LENGTH = len(_URI_NAME)
_uri_at = re.compile(rb"/[!-~]{0,4000}(?=\r\n)").match
_END = b"\r\n\r\n"
_ASSERTION_NAME = f"\r\n{USER_ASSERTION}: ".encode()
_ENTRY_OVERHEAD_BYTES = 760
"""Measured with tracemalloc: the entry and its places in the cache."""


log = structlog.get_logger(__name__)


@dataclass(slots=True)
class CachedVerdict:
    """An answer up to the changing end of the request id, and what it must still be checked against."""

    head: bytes
    usable_until: float
    """Seconds since 1970: the earlier of the token's expiry and the assertion's renewal."""
    expires_at: float
    """Seconds since 1970: the token's expiry."""
    marks: Marks | None
    """None for an anonymous verdict, which nothing can revoke."""
    statement: bytes
    """What the assertion says, to be signed again; empty for an anonymous verdict."""
    generation: int
    """The revocation generation at which the marks were last checked."""
    size: int
    used: bool = field(default=False)


def plain_key(data: bytes) -> bytes | None:
    """The cache key of one whole request head, which is the head without the URI; None: not the plain case.

    Where the URI was can be seen in the key, after the last ``X-Forwarded-Uri``: two heads of one key differ in
    nothing else.
    """
    start = data.rfind(_URI_NAME) + _URI_NAME_LENGTH
    uri = _uri_at(data, start) if start >= _URI_NAME_LENGTH else None
    return None if uri is None else data[:start] + data[uri.end() :]


def is_one_head(data: bytes) -> bool:
    """True if ``data`` is one request head from its first to its last byte, with nothing after it."""
    return data.find(_END) == len(data) - len(_END) >= 0


class VerdictCache:
    """Answers repeats from memory. Not used when assertions are bound to a request."""

    def __init__(
        self,
        gate: RevocationGate,
        minter: AssertionMinter,
        ids: RequestIds,
        max_bytes: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.cache: BoundedCache[CachedVerdict] = BoundedCache(max_bytes)
        self.repeats = 0
        """Answers given so far."""
        self._find = self.cache.get
        self._gate = gate
        self._state = gate.state
        self._minter = minter
        self._id_prefix = ids.prefix
        self._end_of_head = ids.end_of_head
        self._clock = clock
        self._next_line_at = 0.0

    def answer(self, data: bytes) -> bytes | None:
        """The whole answer to a repeated request, or None: then the ordinary handler decides.

        The hot path: every line of it is paid at every request.
        """
        key = plain_key(data)
        if key is None:
            return None
        verdict = self._find(key)
        if verdict is None:
            return None
        if (
            self._clock() >= verdict.usable_until
            or verdict.generation != self._state.generation
            or not self._gate.is_open()
        ) and not self._still_holds(key, verdict):
            return None
        verdict.used = True
        self.repeats += 1
        return verdict.head + self._end_of_head()

    def timed_answer(self, data: bytes) -> bytes | None:
        """As :meth:`answer`, with its time observed and a line in the log, at most one a second."""
        started = time.perf_counter()
        answer = self.answer(data)
        if answer is not None:
            metrics.REPEAT_LATENCY.observe(time.perf_counter() - started)
            if started >= self._next_line_at:
                self._next_line_at = started + LINE_SECONDS
                _log_repeat(data, answer)
        return answer

    def remember(self, data: bytes, verdict: Verdict) -> None:
        """Keep an allowed verdict for the bytes that it was decided on."""
        key = plain_key(data) if verdict.repeatable and len(data) <= MAX_PLAIN_BYTES else None
        if key is None:
            return
        head = self._answer_head(verdict)
        token, headers = verdict.token, verdict.headers
        expires = float("inf") if token is None else token.access.expires_at
        self.cache.put(
            key,
            CachedVerdict(
                head=head,
                usable_until=min(headers.usable_until, expires),
                expires_at=expires,
                marks=None if token is None else token.marks,
                statement=headers.statement,
                generation=-1,
                size=len(key) + len(head) + len(headers.statement) + _ENTRY_OVERHEAD_BYTES,
            ),
        )

    def _still_holds(self, key: Hashable, verdict: CachedVerdict) -> bool:
        """Check everything again. A verdict that never holds again is forgotten, an old assertion renewed."""
        now, generation = self._clock(), self._state.generation
        if verdict.marks is not None:
            if now >= verdict.expires_at or self._state.is_revoked(verdict.marks):
                self.cache.discard(key)
                return False
            if not self._gate.is_open():
                return False
        verdict.generation = generation
        if now >= verdict.usable_until:
            self._renew(verdict, now)
        return True

    def _renew(self, verdict: CachedVerdict, now: float) -> None:
        """Sign the same statement again: a quarter of what the whole decision costs."""
        token, until = self._minter.sign(verdict.statement, now)
        before, name, rest = verdict.head.partition(_ASSERTION_NAME)  # no value holds a line end: it is the line
        verdict.head = b"%b%b%b%b" % (before, name, token.encode(), rest[rest.index(b"\r\n") :])
        verdict.usable_until = min(until, verdict.expires_at)

    def _answer_head(self, verdict: Verdict) -> bytes:
        lines = "\r\n".join(f"{name}: {value}" for name, value in verdict.headers.values.items())
        return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n%b%b" % (lines.encode("ascii"), self._last_line())

    def _last_line(self) -> bytes:
        """The request id's line as far as it is the same in every answer."""
        return f"\r\n{REQUEST_ID}: {self._id_prefix}".encode()


def _log_repeat(data: bytes, answer: bytes) -> None:
    """The same line as for a decision in full; what it says stands in the request and in the answer."""
    target = data.split(b" ", 2)[1].decode("ascii", "backslashreplace")
    lines = answer.decode("ascii").split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines if ": " in line)
    log.info(
        "allowed" if fields[USER_ID] else "anonymous",
        request_id=fields[REQUEST_ID],
        rule=target.partition("?")[2],
        user_id=unquote(fields[USER_ID]),
        session=unquote(fields[USER_SESSION]),
        repeat=True,
    )
