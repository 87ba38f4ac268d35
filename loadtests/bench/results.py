"""Results of a scenario: rows of a table, ratios with their targets, and notes."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio with a target. ``values`` are those of the rounds; their median is the result."""

    name: str
    values: Sequence[float]
    target: float
    at_most: bool = False
    """True if the target is an upper bound."""
    unit: str = ""
    """Empty for a true ratio; ``ms`` for a latency."""
    ceiling: str = ""
    """The best possible value, and why."""

    @property
    def value(self) -> float:
        """Return the median."""
        return statistics.median(self.values)

    @property
    def reached(self) -> bool:
        """Return True if the target is met."""
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass(slots=True)
class Result:
    """The table of a scenario."""

    letter: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    """The share of the machine that other programs used in each round."""
