"""The verdict cache: the same bytes get the same answer, checked against time and revocation at every use.

An allowed decision is remembered under the *whole* request head, except the value of ``X-Forwarded-Uri``, on which no
cached verdict depends. So nothing that a decision looks at can be missing from the key. The key is the bytes
themselves, about 0.9 KB: comparing them costs half of what a digest does.
"""

import re
import time
from collections.abc import Hashable
from dataclasses import dataclass
from urllib.parse import unquote

import structlog

from vf_edge.identity_headers import REQUEST_ID, USER_ASSERTION, USER_ID, USER_SESSION
from vf_tokens import claims
from vf_tokens.compact import parse

from ..answer.wire import RequestIds, allowed_parts
from ..cache import BoundedCache
from ..decision.decision import Decision
from ..identity.assertions import AssertionMinter
from ..revocation.state import Marks, RevocationGate
from . import metrics

MAX_PLAIN_BYTES = 16_384
"""A longer request is not remembered."""

LINE_SECONDS = 1.0
"""Minimum interval between log lines for requests answered from the cache."""

_URI_NAME = b"\r\nX-Forwarded-Uri: "
_URI_NAME_LENGTH = len(_URI_NAME)
_uri_at = re.compile(rb"/[!-~]{0,4000}(?=\r\n)").match
_ENTRY_OVERHEAD_BYTES = 760
"""Measured with tracemalloc: the entry and its places in the cache."""


log = structlog.get_logger(__name__)


@dataclass(slots=True)
class CachedVerdict:
    """The parts of an answer, and what it must still be checked against."""

    before: bytes
    assertion: bytes
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
    used: bool = False


def plain_key(data: bytes) -> bytes | None:
    """The cache key of one whole request head: the head without the URI, or None if it is not plain.

    The key shows where the URI was, after the last ``X-Forwarded-Uri``: two heads of one key differ in nothing else.
    """
    start = data.rfind(_URI_NAME) + _URI_NAME_LENGTH
    uri = _uri_at(data, start) if start >= _URI_NAME_LENGTH else None
    return None if uri is None else data[:start] + data[uri.end() :]


class VerdictCache:
    """Answers repeats from memory. Not used when assertions are bound to a request."""

    def __init__(self, gate: RevocationGate, minter: AssertionMinter, ids: RequestIds, max_bytes: int) -> None:
        self.cache: BoundedCache[CachedVerdict] = BoundedCache(max_bytes)
        self.repeats = 0
        """Answers given so far."""
        self._find = self.cache.get
        self._gate = gate
        self._state = gate.state
        self._minter = minter
        self._after = ids.line
        self._end_of_head = ids.end_of_head
        self._next_line_at = 0.0

    def answer(self, data: bytes) -> bytes | None:
        """The whole answer to a repeated request, or None: then it is decided.

        The hot path: every line of it is paid at every request.
        """
        key = plain_key(data)
        if key is None:
            return None
        verdict = self._find(key)
        if verdict is None:
            return None
        if (
            time.time() >= verdict.usable_until
            or verdict.generation != self._state.generation
            or not self._gate.is_open()
        ) and not self._still_holds(key, verdict):
            return None
        verdict.used = True
        self.repeats += 1
        return b"".join((verdict.before, verdict.assertion, self._after, self._end_of_head()))

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

    def first_answer(self, data: bytes, decision: Decision, end_of_head: bytes) -> bytes:
        """The answer to the plain request ``data`` that was just allowed. It is kept if it can be repeated."""
        identity = decision.identity
        before, assertion = allowed_parts(identity)
        key = plain_key(data) if decision.repeatable and len(data) <= MAX_PLAIN_BYTES else None
        if key is not None:
            token = decision.who
            expires = float("inf") if token is None else token.access.expires_at
            verdict = CachedVerdict(
                before,
                assertion,
                usable_until=min(identity.usable_until, expires),
                expires_at=expires,
                marks=None if token is None else token.marks,
                statement=identity.statement,
                generation=-1,
                size=len(key) + len(before) + len(assertion) + len(identity.statement) + _ENTRY_OVERHEAD_BYTES,
            )
            self.cache.put(key, verdict)
        return before + assertion + self._after + end_of_head

    def _still_holds(self, key: Hashable, verdict: CachedVerdict) -> bool:
        """Check everything again. A verdict that never holds again is forgotten, an old assertion renewed."""
        now, generation = time.time(), self._state.generation
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
        verdict.assertion = token.encode()
        verdict.usable_until = min(until, verdict.expires_at)


def _log_repeat(data: bytes, answer: bytes) -> None:
    """The same line as for a decision in full, read from the request and the answer."""
    target = data.split(b" ", 2)[1].decode("ascii", "backslashreplace")
    lines = answer.decode("ascii").split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines if ": " in line)
    log.info(
        "allowed" if fields[USER_ID] else "anonymous",
        request_id=fields[REQUEST_ID],
        rule=target.partition("?")[2],
        user_id=unquote(fields[USER_ID]),
        session=unquote(fields[USER_SESSION]),
        **_actor(fields[USER_ASSERTION]),
        repeat=True,
    )


def _actor(assertion: str) -> dict[str, str]:
    """The operator who acts as the user, from the gateway's own assertion: no header has it."""
    actor = claims.actor(parse(assertion.encode()).payload) if assertion else ""
    return {"actor": actor} if actor else {}
