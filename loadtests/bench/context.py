"""What every scenario is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

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

    def stage(self) -> Stage:
        """An empty stage for servers; use it in a ``with`` statement."""
        return Stage(self.folder)

    def measure(self, stage: Stage, variants: Mapping[str, Callable[[], S]]) -> Rounds[S]:
        """Measure the variants in turns."""
        return interleaved(variants, rounds=self.rounds, meter=Meter(stage.cpu_seconds), progress=self.progress)
