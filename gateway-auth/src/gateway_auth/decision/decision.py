"""What was decided about one request, and why: read by the answer, the log, the metrics, the cache and ``explain``."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from vf_edge.rule import Rule
from vf_tokens import TokenError
from vf_tokens.access import Verification
from vf_tokens.compact import CompactToken

from ..denials import Denial
from ..identity.assertions import AssertionMinter, IdentityHeaders
from ..origins import AllowedOrigins
from ..request.credential import Credential
from ..request.forwarded import ForwardedRequest
from ..request.lines import Asked, HeaderLines
from ..revocation.state import RevocationGate
from ..tokens.verifier import TokenVerifier, TrustedIssuer, VerifiedToken


class Outcome(Enum):
    """How a decision ends."""

    ALLOWED = auto()
    """A verified identity."""
    ANONYMOUS = auto()
    """No credential, and none is required."""
    UNUSABLE = auto()
    """A credential that is not accepted, and none is required: the request goes on as anonymous."""
    DENIED = auto()
    UNDECIDED = auto()
    """The issuer's keys have to be fetched first."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What every decision rests on. Each part is replaced by its owner, never by a request."""

    verifier: TokenVerifier
    revocations: RevocationGate
    minter: AssertionMinter
    origins: AllowedOrigins
    cookie_names: tuple[bytes, ...]
    bind_to_request: bool = False


@dataclass(slots=True)
class Decision:
    """Filled in by the steps, in their order.

    A field that no step has reached does not exist yet: read those with :meth:`found`.
    """

    asked: Asked
    now: float
    """Seconds since 1970."""
    last_try: bool = False
    """No keys are fetched any more."""

    step: str = ""
    """At which it ended."""
    outcome: Outcome = Outcome.DENIED
    refusal: Denial | TokenError | None = None
    """What the step raised, if it refused."""
    denial: Denial | None = None
    """The refusal as the client is told, also where it only made the credential unusable."""

    headers: HeaderLines = field(init=False)
    rule: Rule = field(init=False)
    request: ForwardedRequest = field(init=False)
    credential: Credential | None = field(init=False)
    from_cookie: bool = False
    parsed: CompactToken = field(init=False)
    issuer: TrustedIssuer = field(init=False)
    check: Verification = field(init=False)
    token: VerifiedToken | None = field(init=False)
    identity: IdentityHeaders = field(init=False)
    """The headers for the service. They are empty for an anonymous request."""
    repeatable: bool = False
    """The same bytes get the same decision again, until the identity or the token expires or is revoked."""

    def found(self, name: str) -> Any:
        """The field of this name, or None if its step was not reached."""
        return getattr(self, name, None)

    @property
    def who(self) -> VerifiedToken | None:
        """The token that the request goes on with; None for anonymous and denied ones."""
        return self.token if self.outcome is Outcome.ALLOWED else None

    @property
    def allowed(self) -> bool:
        """Whether the request goes on to the service, with an identity or as anonymous."""
        return self.outcome in (Outcome.ALLOWED, Outcome.ANONYMOUS, Outcome.UNUSABLE)
