"""The lock and the state file: at most one runner per state folder, whose state other commands can read."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import AlreadyRunning
from .events import Event

STARTING, READY, STOPPING = "starting", "ready", "stopping"


class Instance:
    """The runner of a state folder, used by itself and by other commands."""

    def __init__(self, state_dir: Path) -> None:
        self._lock = state_dir / "runner.lock"
        self._file = state_dir / "runner.json"
        self._state: dict[str, Any] = {}

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Become the only runner here. Raises :class:`AlreadyRunning`.

        The kernel releases the lock however the process ends, so the lock can't be stale as a pid file can.
        """
        self._lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning("VF Services is already running") from None
            self._state = {"pid": os.getpid(), "phase": STARTING, "since": time.time(), "processes": {}}
            self._write()
            try:
                yield
            finally:
                self._file.unlink(missing_ok=True)

    def is_running(self) -> bool:
        """Return True if a runner holds the lock."""
        if not self._lock.exists():
            return False
        with self._lock.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def read(self) -> dict[str, Any]:
        """Return what the runner wrote last; empty if none is running."""
        try:
            return dict(json.loads(self._file.read_text(encoding="utf-8"))) if self.is_running() else {}
        except (OSError, ValueError):
            return {}

    def enter(self, phase: str, **facts: Any) -> None:
        """Write the phase, and facts that other commands show."""
        self._state.update(phase=phase, **facts)
        self._write()

    def note(self, event: Event) -> None:
        """Write a process's new state."""
        self._state["processes"][event.process] = {
            "state": event.state,
            "pid": event.pid,
            "restarts": event.restarts,
            "since": time.time(),
        }
        self._write()

    def _write(self) -> None:
        temporary = self._file.with_suffix(".new")
        temporary.write_text(json.dumps(self._state), encoding="utf-8")
        temporary.replace(self._file)
