"""``python -m runner up|start|stop|status|logs|manage|explain``."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from vf_runtime import SettingError

from . import background, foreground, manage
from .beside import with_others
from .errors import RunnerError
from .instance import Instance
from .log_files import follow, last_lines
from .settings import Settings
from .terminal import Terminal


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["manage"] or words[:1] == ["explain"]:
        return _become(words[0], words[1:])
    options = _parser().parse_args(words)
    terminal = Terminal()
    try:
        settings = Settings.from_environment()
        if options.command == "logs":
            return _logs(settings, terminal, options.names, lines=options.lines, follow_on=options.follow)
        if options.command in ("up", "start") and _already_runs(settings, terminal):
            return 0
        if options.command == "up":
            return asyncio.run(foreground.run(settings, terminal))
        command = {"start": background.start, "stop": background.stop, "status": background.status}
        return command[options.command](settings, terminal)
    except SettingError as error:
        terminal.failure(RunnerError(str(error)))
        return 2
    except BrokenPipeError:  # `make logs | head`: the reader has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _become(command: str, arguments: Sequence[str]) -> int:
    """Replace this process by a program, which gets everything after the command's name. Errors go to
    standard error.
    """
    try:
        settings = Settings.from_environment()
        {"manage": manage.manage, "explain": manage.explain}[command](settings, arguments)
    except (SettingError, RunnerError) as error:
        Terminal(sys.stderr).failure(RunnerError(str(error)))
        return 2


def _already_runs(settings: Settings, terminal: Terminal) -> bool:
    state = Instance(settings.state_dir).read()
    if not state:
        return False
    where = " and ".join(state.get("addresses", ())) or "it is still starting"
    terminal.line(f"VF Services is already running (pid {state['pid']}): {where}")
    terminal.line(f"`{settings.make('status')}` shows its processes, `{settings.make('stop')}` stops it.")
    return True


def _logs(settings: Settings, terminal: Terminal, names: Sequence[str], *, lines: int, follow_on: bool) -> int:
    found = sorted(settings.log_dir.glob("*.log"))
    chosen = [path for path in found if not names or path.stem in names]
    if not chosen:
        known = ", ".join(path.stem for path in found) or "none yet"
        message = f"No such log. Available: {known}"
        running = Instance(settings.state_dir).is_running()
        terminal.line(message if running else with_others(settings, message))
        return 1
    width = max(len(path.stem) for path in chosen)
    for path in chosen:
        for line in last_lines(path, lines).splitlines():
            terminal.line(f"{path.stem:<{width}} | {line}")
    if follow_on:
        try:
            for name, line in follow(chosen):
                terminal.line(f"{name:<{width}} | {line}")
        except KeyboardInterrupt:
            terminal.line()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="runner", description="Run VF Services on this machine.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("up", help="run here until Ctrl-C")
    commands.add_parser("start", help="run in the background; returns when everything is ready")
    commands.add_parser("stop", help="stop everything")
    commands.add_parser("status", help="show each process; exit code 0 if all are ready, 3 if nothing is running")
    commands.add_parser("manage", help="PART ARGUMENT…: run a component's manage.py with the platform's environment")
    commands.add_parser("explain", help="ARGUMENT…: run gateway-auth explain with the platform's environment")
    logs = commands.add_parser("logs", help="show the latest log lines, and follow them on a terminal")
    logs.add_argument("names", nargs="*", help="processes; default: all")
    logs.add_argument("-n", "--lines", type=int, default=20, help="lines of each log (default 20)")
    logs.add_argument("-f", "--follow", action=argparse.BooleanOptionalAction, default=sys.stdout.isatty())
    return parser


if __name__ == "__main__":
    sys.exit(main())
