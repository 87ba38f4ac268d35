"""One hostile request with the answer that it must get."""

from collections.abc import Callable
from dataclasses import dataclass

from .situation import MARK, Situation
from .wire import Reply, exchange

Build = Callable[[Situation], bytes | tuple[bytes, ...]]
"""Makes the bytes to send; several parts are sent one after the other."""

HUNG_UP = 0
"""In a list of statuses: the peer ended the connection without an answer, which lets nothing through either."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the answer must be like. Nothing forged may ever stand in it."""

    statuses: tuple[int, ...]
    absent: tuple[str, ...] = (MARK,)
    """Must stand nowhere in what comes back."""
    check: Callable[[Reply, Situation], str] = lambda reply, situation: ""
    """Anything more: says what is wrong, or nothing."""
    words: str = ""

    def __str__(self) -> str:
        statuses = " or ".join("hang up" if status == HUNG_UP else str(status) for status in self.statuses)
        return f"{statuses}, {self.words}" if self.words else statuses

    def fault(self, reply: Reply, situation: Situation) -> str:
        """Why the answer is not good enough; empty if it is."""
        if reply.status not in self.statuses:
            return f"got {reply.status or 'no answer'}"
        for text in self.absent:
            if text.encode() in reply.whole:
                return f"got {reply.status} with {text!r} in it"
        return self.check(reply, situation)


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the table of hostile requests (docs/attack-suite.md)."""

    row: int
    words: str
    build: Build
    expected: Expected
    signed_in: bool = False
    """Needs a good token."""
    near_miss: bool = False
    """Needs the platform's own signing key."""
    full: bool = False
    """Makes sense against this platform only."""
    linger: float = 0.0
    """Seconds to wait for a second answer that must not come."""

    def lacks(self, situation: Situation) -> str:
        """What the situation lacks for this case; empty if nothing."""
        if self.signed_in and situation.account is None:
            return "needs a valid token"
        if self.near_miss and situation.signing_key is None:
            return "needs the signing key"
        if self.full and not situation.full:
            return "for this platform only"
        return ""

    def send(self, situation: Situation) -> Reply:
        """Do it."""
        built = self.build(situation)
        parts = (built,) if isinstance(built, bytes) else built
        return exchange(situation.endpoint, *parts, linger=self.linger)

    def fault(self, reply: Reply, situation: Situation) -> str:
        """Why the answer is not good enough; empty if it is."""
        return self.expected.fault(reply, situation)


def is_the_account(reply: Reply, situation: Situation) -> str:
    """The service saw the person whose token it was, not another and not nobody."""
    if reply.status == 200 and situation.account and situation.account.name.encode() not in reply.body:
        return f"got 200, and not as {situation.account.name}"
    return ""


REFUSED = Expected((400, 401))
"""Malformed or without a credential: either is good, and so is nothing else."""

DENIED = Expected((401,))
MALFORMED = Expected((400,))
NOT_UNDERSTOOD = Expected((400, 401, 404, 405, 408, 411, 413, 414, 421, 431, 501, 505, HUNG_UP))
"""Bytes that are no honest request: any refusal will do."""

OWN_IDENTITY = Expected((200,), check=is_the_account, words="as the person whose token it is")
OWN_IDENTITY_OR_REFUSED = Expected((200, 400, 401), check=is_the_account, words="never as another user")
