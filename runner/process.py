"""What a process of the platform is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .probes import Probe


@dataclass(frozen=True, slots=True)
class Process:
    """How one process is started, what it needs first, and how it is known to be ready."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    """All that it gets: nothing else of the runner's environment."""
    cwd: Path
    ready: Probe
    needs: tuple[str, ...] = ()
    advice: str = ""
    """What a person can do when it does not start."""
