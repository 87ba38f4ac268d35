"""What a scenario found: rows of a table, ratios with their targets, and notes."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure to reach. ``values`` are the rounds' own; the median is the figure."""

    name: str
    values: Sequence[float]
    target: float
    at_most: bool = False
    """The target is an upper bound."""
    unit: str = ""
    """Empty for a true ratio; ``ms`` for a latency."""
    ceiling: str = ""
    """What would be the best possible value, and why."""

    @property
    def value(self) -> float:
        """The median."""
        return statistics.median(self.values)

    @property
    def reached(self) -> bool:
        """True if the target is met."""
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass(slots=True)
class Result:
    """One scenario's table."""

    letter: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    """The share of the machine that other programs used in each round."""
