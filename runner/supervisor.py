"""Supervision of the processes: start in dependency order, wait for readiness, restart after a crash,
stop in reverse.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .child import Child, describe_exit
from .errors import CannotStart, first_failure
from .events import Event, Listener, State
from .log_files import last_lines
from .process import Process

START_SECONDS = 60.0
"""Maximum seconds for a process to become ready."""

STOP_SECONDS = 15.0
"""Maximum seconds for a process to finish after SIGTERM, before it is killed."""

MAX_ATTEMPTS = 5
"""Maximum number of consecutive failed starts of a process that was ready once."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds between a death and the next start, doubled each time."""

STEADY_SECONDS = 30.0
"""After this many seconds, a process's next restart uses the first pause again."""

_POLL_SECONDS = 0.03


@dataclass(slots=True)
class _Kept:
    """A process and its state."""

    process: Process
    log: Path
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    child: Child | None = None
    restarts: int = 0
    was_ready: bool = False


class Supervisor:
    """Runs a set of processes. Use it from one event loop."""

    def __init__(self, processes: Sequence[Process], log_dir: Path, tell: Listener) -> None:
        self._kept = {process.name: _Kept(process, log_dir / f"{process.name}.log") for process in processes}
        self._tell = tell

    async def run(self, all_ready: asyncio.Event) -> None:
        """Start everything, set ``all_ready``, and keep it running until canceled; then stop everything.

        Raises :class:`CannotStart` if a process does not become ready. No process is left running in any case.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for kept in self._kept.values():
                    kept.log.unlink(missing_ok=True)
                    group.create_task(self._keep(kept))
                for kept in self._kept.values():
                    await kept.ready.wait()
                all_ready.set()
        except ExceptionGroup as failures:
            raise first_failure(failures) from None
        finally:
            await asyncio.shield(self._stop_all())

    def kill_all(self) -> None:
        """Kill everything at once."""
        for kept in self._kept.values():
            if kept.child:
                kept.child.kill()

    async def _keep(self, kept: _Kept) -> None:
        for name in kept.process.needs:
            await self._kept[name].ready.wait()
        failures = 0
        while True:
            started = time.monotonic()
            reason = await self._live_once(kept)
            if time.monotonic() - started > STEADY_SECONDS:
                failures = 0
            failures += 1
            if not kept.was_ready or (failures >= MAX_ATTEMPTS and not kept.ready.is_set()):
                raise self._failure(kept, reason)
            pause = min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE)
            kept.restarts += 1
            self._report(kept, State.DIED, seconds=pause, reason=reason)
            await asyncio.sleep(pause)

    async def _live_once(self, kept: _Kept) -> str:
        """Run a process from start to death, and return why it died."""
        process, started = kept.process, time.monotonic()
        kept.ready.clear()
        kept.child = await Child.start(process.command, cwd=process.cwd, environment=process.environment, log=kept.log)
        self._report(kept, State.STARTING)
        death = asyncio.create_task(kept.child.wait())
        try:
            if missing := await self._missing_until_ready(process, death):
                if death.done():
                    return describe_exit(death.result())
                await kept.child.stop(STOP_SECONDS)
                return f"not ready after {START_SECONDS:.0f} s: {missing}"
            kept.ready.set()
            kept.was_ready = True
            self._report(kept, State.READY, seconds=time.monotonic() - started)
            return describe_exit(await asyncio.shield(death))
        finally:
            death.cancel()

    async def _missing_until_ready(self, process: Process, death: asyncio.Task[int]) -> str | None:
        """Wait for readiness. Return None, or after the deadline or the process's death what the last probe found."""
        deadline = time.monotonic() + START_SECONDS
        found: str | None = "it was not probed"
        while time.monotonic() < deadline and not death.done():
            found = await process.ready()
            if found is None and not death.done():
                return None
            await asyncio.wait([death], timeout=_POLL_SECONDS)
        return found or "it stopped"

    async def _stop_all(self) -> None:
        """Stop in reverse order of dependencies."""
        left = {name: kept for name, kept in self._kept.items() if kept.child}
        while left:
            needed = {need for kept in left.values() for need in kept.process.needs}
            now = [left.pop(name) for name in list(left) if name not in needed]
            await asyncio.gather(*map(self._stop, now))

    async def _stop(self, kept: _Kept) -> None:
        if kept.child:
            await kept.child.stop(STOP_SECONDS)
            kept.child = None
            self._report(kept, State.STOPPED)

    def _report(self, kept: _Kept, state: State, *, seconds: float = 0.0, reason: str = "") -> None:
        pid = kept.child.pid if kept.child else 0
        self._tell(Event(kept.process.name, state, pid, seconds, reason, kept.restarts))

    def _failure(self, kept: _Kept, reason: str) -> CannotStart:
        return CannotStart(
            f"{kept.process.name} cannot start ({reason})",
            log=last_lines(kept.log, 15) or f"(no output in {kept.log})",
            advice=kept.process.advice,
        )
