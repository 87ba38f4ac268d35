"""One part's pytest as a child of this one."""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from part_reports import DESCRIPTOR

_HERE = Path(__file__).resolve().parent
_OUTPUT_LINES = 40


class PartSession:
    """Runs ``pytest`` in a part's folder; what it reports can be read while it runs or afterwards."""

    def __init__(self, name: str, folder: Path, arguments: Sequence[str]) -> None:
        self.name = name
        self._folder = folder
        self._arguments = arguments
        self._messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as this object
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self.done = threading.Event()

    def run(self) -> None:
        """Run it to its end; from any thread."""
        try:
            if not self._stopped:
                self._run()
        finally:
            self._messages.put(None)
            self.done.set()

    def messages(self) -> Iterator[dict[str, Any]]:
        """Everything that it reports, as it comes, until it ends."""
        while (message := self._messages.get()) is not None:
            yield message

    def stop(self) -> None:
        """End it and all that it started."""
        self._stopped = True
        if self._process and self._process.poll() is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def output(self) -> str:
        """The end of what it printed, for when it crashed."""
        self._output.seek(0)
        lines = self._output.read().decode("utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_OUTPUT_LINES:])

    @property
    def exit_code(self) -> int | None:
        """None before it ended."""
        return self._process.poll() if self._process else None

    def _run(self) -> None:
        read_end, write_end = os.pipe()
        path = os.pathsep.join(filter(None, (str(_HERE), os.environ.get("PYTHONPATH"))))
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pytest", "-p", "part_reports", *self._arguments],
                cwd=self._folder,
                env={**os.environ, DESCRIPTOR: str(write_end), "PYTHONPATH": path},
                pass_fds=(write_end,),
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(write_end)
        with os.fdopen(read_end, encoding="utf-8") as pipe:
            for line in pipe:
                self._messages.put(json.loads(line))
        self._process.wait()
