"""What a step of the walk is given, and what it says of itself."""

from dataclasses import dataclass, field

from vf_tokens import VerificationKey
from vf_tokens.compact import CompactToken

from ..request.credential import Credential
from ..request.forwarded import ForwardedRequest
from ..request.lines import HeaderLines
from ..request.rule import Rule
from ..tokens.key_source import FetchedKeys
from ..tokens.verifier import TrustedIssuer, VerifiedToken
from .request_head import Lines
from .situation import Situation


@dataclass(frozen=True, slots=True)
class Said:
    """What a step that did not fail says of itself."""

    reason: str
    details: dict[str, str] = field(default_factory=dict)
    applies: bool = True


@dataclass(slots=True)
class Progress:
    """What the steps so far have found."""

    situation: Situation
    lines: Lines
    query: str
    headers: HeaderLines
    rule: Rule
    request: ForwardedRequest
    credential: Credential | None
    parsed: CompactToken
    issuer: TrustedIssuer
    key: VerificationKey
    token: VerifiedToken

    @classmethod
    def start(cls, situation: Situation, lines: Lines, query: str) -> "Progress":
        """Before the first step: each field is set by the step of its name."""
        progress = cls.__new__(cls)
        progress.situation, progress.lines, progress.query = situation, lines, query
        return progress


class StepFailed(Exception):
    """A step failed, and these values show why. ``reason`` is the exception of the decision."""

    def __init__(self, reason: Exception, details: dict[str, str]) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.details = details


def key_set_of(progress: Progress) -> str:
    """As :func:`keys_from`, saying so if nobody has named that place."""
    place = keys_from(progress.issuer)
    return f"{place} (the default: VF_JWKS_URL is not set)" if reads_default_keys(progress) else place


def reads_default_keys(progress: Progress) -> bool:
    """True if the key set is whatever listens at the development default, perhaps another platform."""
    situation = progress.situation
    own = progress.issuer.policy.issuer == situation.settings.issuer
    return own and "VF_JWKS_URL" in situation.unset


def keys_from(found: TrustedIssuer) -> str:
    """Where an issuer's keys come from, for a person."""
    return found.source.url if isinstance(found.source, FetchedKeys) else "a setting or file"
