"""A runner for the whole platform on this machine without containers, for development and tests."""

from .errors import AlreadyRunning, CannotStart, RunnerError
from .events import Event, State
from .platform import Platform
from .settings import Ports, Settings

__all__ = ["AlreadyRunning", "CannotStart", "Event", "Platform", "Ports", "RunnerError", "Settings", "State"]
