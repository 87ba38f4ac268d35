"""Parameters of a scenario."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from .machine import Meter
from .measurement import Rounds, S, interleaved
from .processes import Stage


@dataclass(frozen=True, slots=True)
class Context:
    """A folder for a scenario's files, the duration of a measurement, and the progress display."""

    folder: Path
    seconds: float
    """Seconds of one sample."""
    rounds: int
    progress: Callable[[str], None]

    def finer(self, parts: int) -> Self:
        """Return a context with more and shorter rounds of the same total duration, so that a disturbance affects both
        sides of a ratio.
        """
        return replace(self, seconds=max(1.0, self.seconds / parts), rounds=self.rounds * parts)

    def stage(self) -> Stage:
        """Return an empty stage for servers; use it in a ``with`` statement."""
        return Stage(self.folder)

    def measure(self, stage: Stage, variants: Mapping[str, Callable[[], S]]) -> Rounds[S]:
        """Measure the variants alternately."""
        return interleaved(variants, rounds=self.rounds, meter=Meter(stage.cpu_seconds), progress=self.progress)
