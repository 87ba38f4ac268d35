"""What happens to the processes, told to whoever wants to know: the terminal, the state file, a test."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a process is in its life."""

    WAITING = "waiting"
    """for what it needs"""
    STARTING = "starting"
    READY = "ready"
    DIED = "died"
    """and is started again after a pause"""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Event:
    """A process came into ``state``."""

    process: str
    state: State
    pid: int = 0
    seconds: float = 0.0
    """READY: how long it took. DIED: the pause before it is started again."""
    reason: str = ""
    """DIED: the exit in words."""
    restarts: int = 0


Listener = Callable[[Event], None]
