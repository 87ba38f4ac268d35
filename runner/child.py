"""A child process in a group of its own, which never outlives the runner."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """A running process with everything that it starts."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid

    @classmethod
    async def start(cls, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], log: Path) -> "Child":
        """Start ``command`` with exactly this environment; append both outputs to ``log``.

        A separate session keeps the terminal's Ctrl-C away: the runner decides which process stops when.
        """
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=cwd,
                env=dict(environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_end_with_parent if _libc else None,
            )
        return cls(process)

    async def wait(self) -> int:
        """Return the exit code; negative for a signal. Also end what remains in the process's group."""
        code = await self._process.wait()
        self.kill()
        return code

    async def stop(self, patience: float) -> None:
        """Ask the process to finish; after ``patience`` seconds, kill its whole group."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._process.wait()
        self.kill()
        await self._process.wait()

    def kill(self) -> None:
        """Kill the whole group at once, because a master's workers would keep its port."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def _end_with_parent() -> None:
    """Send this process SIGTERM when the runner dies for any reason. Runs in the child, before it
    becomes the program.
    """
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def describe_exit(code: int) -> str:
    """Return an exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
