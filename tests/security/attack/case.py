"""One request of the attack suite with the expected response."""

from collections.abc import Callable
from dataclasses import dataclass

from .situation import MARK, Situation
from .wire import Reply, exchange

Build = Callable[[Situation], bytes | tuple[bytes, ...]]
"""A function that builds the bytes to send; several parts are sent one after the other."""

HUNG_UP = 0
"""In a list of statuses: the server closed the connection without a response, which allows nothing either."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Requirements for the response. It must never contain a forged value."""

    statuses: tuple[int, ...]
    absent: tuple[str, ...] = (MARK,)
    """Text that must not occur anywhere in the response."""
    check: Callable[[Reply, Situation], str] = lambda reply, situation: ""
    """An additional check that returns what is wrong, or an empty text."""
    words: str = ""

    def __str__(self) -> str:
        statuses = " or ".join("hang up" if status == HUNG_UP else str(status) for status in self.statuses)
        return f"{statuses}, {self.words}" if self.words else statuses

    def fault(self, reply: Reply, situation: Situation) -> str:
        """Return why the response is wrong; empty if it is right."""
        if reply.status not in self.statuses:
            return f"got {reply.status or 'no answer'}"
        for text in self.absent:
            if text.encode() in reply.whole:
                return f"got {reply.status} with {text!r} in it"
        return self.check(reply, situation)


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the table in docs/attack-suite.md."""

    row: int
    words: str
    build: Build
    expected: Expected
    signed_in: bool = False
    """True if it needs a valid access token."""
    near_miss: bool = False
    """True if it needs the platform's own signing key."""
    full: bool = False
    """True if it applies only to VF Services."""
    linger: float = 0.0
    """Seconds to wait for a second response, which must not come."""

    def lacks(self, situation: Situation) -> str:
        """Return what this case needs and the situation lacks; empty if nothing."""
        if self.signed_in and situation.account is None:
            return "needs a valid token"
        if self.near_miss and situation.signing_key is None:
            return "needs the signing key"
        if self.full and not situation.full:
            return "for this platform only"
        return ""

    def send(self, situation: Situation) -> Reply:
        """Send the request."""
        built = self.build(situation)
        parts = (built,) if isinstance(built, bytes) else built
        return exchange(situation.endpoint, *parts, linger=self.linger)

    def fault(self, reply: Reply, situation: Situation) -> str:
        """Return why the response is wrong; empty if it is right."""
        return self.expected.fault(reply, situation)


def is_the_account(reply: Reply, situation: Situation) -> str:
    """Check that the service saw the owner of the token, not another or an anonymous user."""
    if reply.status == 200 and situation.account and situation.account.name.encode() not in reply.body:
        return f"got 200, and not as {situation.account.name}"
    return ""


REFUSED = Expected((400, 401))
"""For malformed credentials and missing ones: either status is accepted, and no other."""

DENIED = Expected((401,))
MALFORMED = Expected((400,))
NOT_UNDERSTOOD = Expected((400, 401, 404, 405, 408, 411, 413, 414, 421, 431, 501, 505, HUNG_UP))
"""For malformed requests: any rejection is accepted."""

OWN_IDENTITY = Expected((200,), check=is_the_account, words="as the person whose token it is")
OWN_IDENTITY_OR_REFUSED = Expected((200, 400, 401), check=is_the_account, words="never as another user")
