"""Output for the user: progress during the start, URLs when ready, one line when a process dies."""

import contextlib
import os
import shutil
import sys
import time
from typing import Any, TextIO

from .errors import CannotStart, RunnerError
from .events import Event, State
from .settings import Settings

DEMO_USERS = (
    ("admin", "admin123", "roles admin, operator"),
    ("alice", "alice123", "role customer"),
    ("bob", "bob123", "role customer"),
)

_GREEN, _YELLOW, _RED, _DIM, _BOLD = "32", "33", "31", "2", "1"


class Terminal:
    """Output for users. On a terminal, the last line shows the progress; elsewhere there are only whole lines."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._live = out.isatty()
        self._colour = self._live and not os.environ.get("NO_COLOR")
        self._awaited: dict[str, float] = {}
        self._showing = False

    def note(self, event: Event) -> None:
        """Show a process's event."""
        if event.state is State.STARTING:
            self._awaited[event.process] = time.monotonic()
        else:
            self._awaited.pop(event.process, None)
        if event.state is State.READY:
            again = " again" if event.restarts else ""
            self.line(f"  {self.paint('✓', _GREEN)} {event.process:<18} ready{again} in {event.seconds:.1f} s")
        elif event.state is State.DIED:
            words = f"{event.process} stopped ({event.reason}); starting it again in {event.seconds:.1f} s"
            self.line(f"  {self.paint('!', _YELLOW)} {words}")
        elif event.state is State.STOPPED:
            self.line(f"  {self.paint('·', _DIM)} {event.process:<18} stopped")
        self._show_awaited()

    def progress(self, words: str) -> None:
        """Show a step of the setup."""
        self.line(f"  {self.paint('·', _DIM)} {words}")

    def line(self, text: str = "") -> None:
        """Print a whole line, above the progress line."""
        self._write(("\r\x1b[K" if self._showing else "") + text + "\n")
        self._showing = False

    def heading(self, text: str) -> None:
        """Print the heading of a block."""
        self.line(self.paint(text, _BOLD))

    def failure(self, error: RunnerError) -> None:
        """Print why the start failed, the end of the log if there is one, and what to do."""
        self._awaited.clear()
        first, *rest = str(error).splitlines()
        self.line(f"{self.paint('error:', _RED)} {first}")
        for text in rest:
            self.line(f"       {text}")
        if isinstance(error, CannotStart):
            for text in error.log.splitlines():
                self.line(self.paint(f"    {text}", _DIM))
            if error.advice:
                self.line(error.advice)

    def welcome(self, settings: Settings, seconds: float) -> None:
        """Print the URLs, the demo users, the logs and how to stop."""
        self._awaited.clear()
        self.line()
        self.heading(f"VF Services is ready ({seconds:.1f} s).")
        self.line()
        for label, path, subdomain in _addresses(settings):
            plain, secure = (settings.public_url(path, subdomain=subdomain, secure=tls) for tls in (False, True))
            self.line(f"  {label:<18} {plain:<56} {secure}")
        self.line()
        for index, (name, password, roles) in enumerate(DEMO_USERS):
            self.line(f"  {'Sign in as' if index == 0 else '':<18} {f'{name} / {password}':<24} {roles}")
        self.line()
        state_dir = _short(settings)
        self.line(f"  {'Logs':<18} {f'{state_dir}/log/':<24} {settings.make('logs')}")
        self.line(f"  {'Trust HTTPS':<18} {f'{state_dir}/tls/ca.crt':<24} import it into your browser as an authority")
        status, stop = settings.make("status"), settings.make("stop")
        self.line(f"  {'State':<18} {status}")
        self.line(f"  {'Stop':<18} {stop}, or Ctrl-C with `make up`")
        self.line()

    def status(self, state: dict[str, Any]) -> None:
        """Print the table of `make status`."""
        addresses = "  ".join(state.get("addresses", ()))
        self.heading(f"VF Services: {state['phase']} (pid {state['pid']}, {_age(state['since'])})  {addresses}")
        self.line(f"  {'process':<18} {'state':<10} {'pid':<9} {'since':<10} restarts")
        for name, process in state["processes"].items():
            colour = _GREEN if process["state"] == State.READY else _YELLOW
            painted = self.paint(f"{process['state']:<10}", colour)
            self.line(f"  {name:<18} {painted} {process['pid']:<9} {_age(process['since']):<10} {process['restarts']}")

    def paint(self, text: str, code: str) -> str:
        """Return ``text`` in a color, if colors are supported."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text

    def _show_awaited(self) -> None:
        if self._live and self._awaited:
            text = f"  … {', '.join(self._awaited)}"
            self._showing = True
            self._write("\r\x1b[K" + text[: shutil.get_terminal_size().columns - 1])

    def _write(self, text: str) -> None:
        """Write without failing: a closed terminal or a pipe without a reader must not prevent the platform from
        stopping.
        """
        with contextlib.suppress(OSError, ValueError):
            self._out.write(text)
            self._out.flush()


def _addresses(settings: Settings) -> list[tuple[str, str, str]]:
    apart = settings.layout == "subdomains"
    rows = [("Website", "/", ""), ("API", "/api/", "identity" if apart else "")]
    if apart:
        rows += [("", service.example or f"/api/{service.name}/", service.name) for service in settings.services]
    return [
        *rows,
        ("API documentation", "/api/docs/", "identity" if apart else ""),
        ("Emails", "/api/mails/", "identity" if apart else ""),
        *([("Stored records", "/admin/", "admin")] if settings.admin else []),
        ("Traefik dashboard", "/dashboard/", "traefik"),
    ]


def _short(settings: Settings) -> str:
    if settings.state_dir.is_relative_to(settings.root):
        return str(settings.state_dir.relative_to(settings.root))
    return str(settings.state_dir)


def _age(since: float) -> str:
    seconds = int(time.time() - since)
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
