"""Events of the processes, sent to listeners: the terminal, the state file, a test."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The state of a process."""

    WAITING = "waiting"
    """waiting for its dependencies"""
    STARTING = "starting"
    READY = "ready"
    DIED = "died"
    """will be started again after a pause"""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Event:
    """A change of a process's state."""

    process: str
    state: State
    pid: int = 0
    seconds: float = 0.0
    """READY: how long the start took. DIED: the pause before the next start."""
    reason: str = ""
    """DIED: the exit in words."""
    restarts: int = 0


Listener = Callable[[Event], None]
