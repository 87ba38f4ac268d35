"""What every scenario is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from .machine import Meter
from .measurement import Rounds, S, interleaved
from .processes import Stage


@dataclass(frozen=True, slots=True)
class Context:
    """A folder for one scenario's files, how long to measure, and where to tell of progress."""

    folder: Path
    seconds: float
    """Length of one sample."""
    rounds: int
    progress: Callable[[str], None]

    def finer(self, parts: int) -> Self:
        """As long in all, in more and shorter rounds: what disturbs for seconds then falls on both sides of a ratio."""
        return replace(self, seconds=max(1.0, self.seconds / parts), rounds=self.rounds * parts)

    def stage(self) -> Stage:
        """An empty stage for servers; use it in a ``with`` statement."""
        return Stage(self.folder)

    def measure(self, stage: Stage, variants: Mapping[str, Callable[[], S]]) -> Rounds[S]:
        """Measure the variants in turns."""
        return interleaved(variants, rounds=self.rounds, meter=Meter(stage.cpu_seconds), progress=self.progress)
