"""The description of a process of the platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .probes import Probe


@dataclass(frozen=True, slots=True)
class Process:
    """How to start a process, what it needs first, and how to detect that it is ready."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    """Its complete environment: it inherits nothing from the runner."""
    cwd: Path
    ready: Probe
    needs: tuple[str, ...] = ()
    advice: str = ""
    """What the user can do if it does not start."""
