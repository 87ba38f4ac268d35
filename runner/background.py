"""`make start`, `make stop` and `make status`: the runner of `make up` in a separate session."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .beside import with_others
from .instance import READY, Instance
from .log_files import last_lines
from .settings import ROOT, Settings
from .terminal import Terminal

_POLL_SECONDS = 0.05
_STOP_SECONDS = 60


def start(settings: Settings, terminal: Terminal) -> int:
    """Start, print the runner's output, and return when the platform is ready or failed to start."""
    log = settings.log_dir / "runner.log"
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with log.open("wb") as output:
        runner = subprocess.Popen(
            [sys.executable, "-m", "runner", "up"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    instance, shown = Instance(settings.state_dir), 0
    try:
        while runner.poll() is None and instance.read().get("phase") != READY:
            shown = _copy(log, shown, terminal)
            time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        terminal.line()
        terminal.line(
            f"Startup continues in the background. Run `{settings.make('status')}` to check it "
            f"or `{settings.make('stop')}` to stop it."
        )
        return 130
    _copy(log, shown, terminal)
    return runner.poll() or 0


def stop(settings: Settings, terminal: Terminal) -> int:
    """Ask the runner to stop everything, and wait until it has."""
    instance = Instance(settings.state_dir)
    pid = instance.read().get("pid")
    if not pid:
        terminal.line(with_others(settings, "VF Services is not running."))
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while instance.is_running():
        if time.monotonic() > deadline:
            terminal.line(f"The runner (pid {pid}) hasn't stopped. Run `kill -9 {pid}` to end it and its processes.")
            return 1
        time.sleep(_POLL_SECONDS)
    terminal.line("Stopped. No processes are running.")
    return 0


def status(settings: Settings, terminal: Terminal) -> int:
    """Print the state of each process. The exit code is 0 only if all are ready, 3 if nothing is running."""
    state = Instance(settings.state_dir).read()
    if not state:
        up, start = settings.make("up"), settings.make("start")
        terminal.line(with_others(settings, f"VF Services is not running. Run `{up}` or `{start}` to start it."))
        ending = last_lines(settings.log_dir / "runner.log", 3)
        if "error:" in ending:
            terminal.line(f"Last output: {ending}")
        return 3
    terminal.status(state)
    ready = all(process["state"] == READY for process in state["processes"].values())
    return 0 if state["phase"] == READY and ready else 1


def _copy(log: Path, shown: int, terminal: Terminal) -> int:
    text = log.read_text(encoding="utf-8")
    for line in text[shown:].splitlines():
        terminal.line(line)
    return len(text)
