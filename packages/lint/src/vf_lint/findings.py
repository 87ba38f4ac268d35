"""Rules and findings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from .configuration import Configuration
from .expectations import Expectations


class Severity(StrEnum):
    """The impact of a finding."""

    ERROR = "error"
    """Identity, access or a secret is at risk."""
    WARNING = "warning"
    """A second line of defense is missing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A lint rule. Its ID is stable: CI configurations name it."""

    id: str
    title: str
    why: str
    """The attack that the rule prevents, in one sentence."""
    fix: str

    @property
    def page(self) -> str:
        """Return the URL of the documentation."""
        return f"docs/lint.md#{self.id}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation of a rule."""

    rule: Rule
    place: str
    detail: str
    severity: Severity = Severity.ERROR


Check = Callable[[Configuration, Expectations], Iterable[Finding]]
