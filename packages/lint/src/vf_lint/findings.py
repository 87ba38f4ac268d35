"""What a rule is and what it finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from .configuration import Configuration
from .expectations import Expectations


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """Identity, access or a secret is at stake."""
    WARNING = "warning"
    """A defence in depth is missing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for. The id is stable: CI configurations name it."""

    id: str
    title: str
    why: str
    """The attack, in a sentence."""
    fix: str

    @property
    def page(self) -> str:
        """Where the documents explain it."""
        return f"docs/lint.md#{self.id}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken."""

    rule: Rule
    place: str
    detail: str
    severity: Severity = Severity.ERROR


Check = Callable[[Configuration, Expectations], Iterable[Finding]]
