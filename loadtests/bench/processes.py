"""The servers of one scenario, each in a process group of its own; all end with the scenario."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from .errors import BenchmarkError

LOOPBACK = "127.0.0.1"
START_SECONDS = 30.0
STOP_SECONDS = 5.0
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR")


class Server:
    """A server and the processes that it starts."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.name = name
        self.process = process
        self.log = log

    def cpu_seconds(self) -> float:
        """Return the user and system time of the whole group until now."""
        return sum(sum(map(int, fields[11:13])) for fields in self._group()) / _TICKS_PER_SECOND

    def resident_mib(self) -> float:
        """Return the resident memory of the whole group. Shared pages count for each process."""
        return sum(int(fields[21]) for fields in self._group()) * _PAGE_BYTES / 2**20

    def stop(self) -> None:
        """Ask the group to end, then kill it."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        self._signal(signal.SIGKILL)
        self.process.wait()

    def last_lines(self, count: int = 12) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def _group(self) -> list[list[str]]:
        """Return the fields after the name in ``/proc/<pid>/stat`` for each process of the group (proc(5))."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = entry.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.process.pid:
                    found.append(fields)
        return found


class Stage:
    """A folder and the servers of one scenario. Leaving the ``with`` block stops them, the last one first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: list[Server] = []

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Server:
        """Start a server and wait until it is ready. Raises :class:`BenchmarkError` with the end of its log."""
        log = self.folder / f"{name}.log"
        kept = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**kept, **(environment or {})},
                cwd=cwd or self.folder,
                start_new_session=True,  # only this program gets Ctrl-C, and stops the servers in order
            )
        server = Server(name, process, log)
        self.servers.append(server)
        self._await(server, ready)
        return server

    def cpu_seconds(self) -> float:
        """Return the user and system time of all servers until now."""
        return sum(server.cpu_seconds() for server in self.servers)

    def _await(self, server: Server, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + START_SECONDS
        while not ready():
            if server.process.poll() is not None or time.monotonic() > until:
                raise BenchmarkError(f"{server.name} did not start; the end of its log:\n{server.last_lines()}")
            time.sleep(0.05)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in reversed(self.servers):
            server.stop()


def free_port() -> int:
    """Return a currently unused port."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port


def listens(port: int) -> Callable[[], bool]:
    """Return a readiness test: the port accepts connections."""

    def ready() -> bool:
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
            return True
        return False

    return ready


def python(*arguments: str) -> list[str]:
    """Return the command of a Python program of this environment."""
    return [sys.executable, *arguments]
