"""`make up`: the platform in this process, until Ctrl-C, SIGTERM or a closed terminal."""

import asyncio
import signal
import time

from .errors import RunnerError
from .platform import Platform
from .settings import Settings
from .terminal import Terminal

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run(settings: Settings, terminal: Terminal) -> int:
    """Run until stopped, and return the exit code."""
    started = time.monotonic()

    def welcome() -> None:
        terminal.welcome(settings, time.monotonic() - started)

    platform = Platform(settings, tell=terminal.note, progress=terminal.progress, on_ready=welcome)
    running = asyncio.create_task(platform.run(asyncio.Event()))
    _stop_on_signals(running, platform, terminal)
    try:
        await running
    except asyncio.CancelledError:
        terminal.line("Stopped. No processes are running.")
        return 0
    except RunnerError as error:
        terminal.failure(error)
        return 1
    return 0


def _stop_on_signals(running: "asyncio.Task[None]", platform: Platform, terminal: Terminal) -> None:
    """Stop in order at the first signal, and at once at the second one."""
    asked = False

    def stop() -> None:
        nonlocal asked
        if asked:
            terminal.line("Killing the remaining processes.")
            platform.kill_all()
            return
        asked = True
        running.cancel()
        platform.stopping()
        terminal.line()
        terminal.line("Stopping (Ctrl-C again to kill at once).")

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
