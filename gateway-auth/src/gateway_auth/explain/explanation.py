"""The result of an explanation, free of any output format."""

from dataclasses import dataclass, field
from enum import StrEnum


class StepOutcome(StrEnum):
    """How one step ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    """It does not apply, or an earlier step has failed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the request's way."""

    name: str
    outcome: StepOutcome
    reason: str
    details: dict[str, str] = field(default_factory=dict)
    """Values worth seeing, made harmless for a terminal. Never a signature or a whole token."""
    advice: str = ""
    """What a person can do about a failed step."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All steps and the gateway's own answer."""

    subject: str
    """What was explained, in words."""
    rule: str
    steps: tuple[Step, ...]
    outcome: str
    """``allowed``, ``anonymous``, ``denied`` or ``redirected``."""
    status: int
    code: str
    """The problem's code; empty for an allowed request."""
    reason: str
    """The gateway's log line about the denial."""
    headers: dict[str, str]
    """The headers of the answer, without the signed assertion."""

    @property
    def allowed(self) -> bool:
        """True if Traefik would let the request through."""
        return self.status == 200
