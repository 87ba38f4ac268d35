"""`make manage` and `make explain`: a command with the environment that the runner gives to that component.

The command replaces this process, so it has the terminal, standard input, signals and the exit status.
"""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from deploy.prepare.credentials import django_parts

from .beside import with_others
from .errors import RunnerError
from .instance import Instance
from .process import Process
from .processes import ProcessPlan, parts_with_database
from .settings import Settings

_TERMINAL = ("TERM", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR")
"""This shell's variables about the terminal, which a command gets too."""


def manage(settings: Settings, arguments: Sequence[str]) -> NoReturn:
    """Become the manage.py of ``arguments[0]``. Raises :class:`RunnerError` if there is no such
    component or platform.
    """
    words = _words(arguments)
    part, *command = words or [""]
    parts = django_parts(settings.services)
    if part not in parts:
        wrong = f"Unknown component {part!r}." if part else "PART is not set."
        raise RunnerError(
            f"{wrong} PART is one of: {', '.join(parts)}.\n"
            'Example: make manage PART=identity-provider ARGS="create_user ada ada@example.com --role customer"\n'
            "For gateway-auth, use `make explain`."
        )
    process, environment = _component(settings, part)
    log = settings.log_dir / f"{part}.log"
    _become((str(process.cwd / "manage.py"), *command), {**environment, "VF_COMMAND_LOG": str(log)})


def explain(settings: Settings, arguments: Sequence[str]) -> NoReturn:
    """Become `gateway-auth explain`. Raises :class:`RunnerError` if no platform is running."""
    words = _words(arguments)
    needs_platform = not any(word in ("-h", "--help") or word.partition("=")[0] == "--jwks" for word in words)
    if needs_platform and not Instance(settings.state_dir).is_running():
        raise RunnerError(
            with_others(
                settings,
                "VF Services is not running, so its key set cannot be read.\n"
                f"Run `{settings.make('start')}` first, or give a key set: --jwks FILE --offline",
            )
        )
    process, environment = _component(settings, "gateway-auth")
    _become(("-m", "gateway_auth", "explain", *words), _from_anywhere(environment, process.cwd))


def _words(arguments: Sequence[str]) -> list[str]:
    """Return the arguments. After ``--words``, split one text as a shell does, and return it after the rest."""
    if arguments[:1] != ["--words"]:
        return list(arguments)
    _, text, *before = arguments
    try:
        return [*before, *shlex.split(text)]
    except ValueError as error:
        raise RunnerError(f"ARGS cannot be split into arguments: {error}") from None


def _component(settings: Settings, name: str) -> tuple[Process, Mapping[str, str]]:
    """Return the process of this name, and its environment: the running process's, else that of the next start."""
    credentials = settings.credentials()
    database = settings.state_dir / "databases" / f"{name}.sqlite3"
    state = Instance(settings.state_dir).read()
    if not credentials.assertion_key.exists() or (name in parts_with_database(settings) and not database.exists()):
        if state:
            status = settings.make("status")
            raise RunnerError(f"VF Services is still starting. Try again when `{status}` shows that it is ready.")
        message = f"VF Services has not been started here yet. Run `{settings.make('start')}` first."
        raise RunnerError(with_others(settings, message))
    plan = ProcessPlan(settings, credentials, settings.certificates())
    [process] = [process for process in plan.all() if process.name == name]
    running = _environment_of(state.get("processes", {}).get(name, {}).get("pid", 0))
    return process, running or process.environment


def _environment_of(pid: int) -> dict[str, str]:
    """Return the environment with which a running process was started; empty if the system hides it."""
    try:
        text = Path(f"/proc/{pid}/environ").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in text.split("\0") if "=" in line)


def _from_anywhere(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the paths as absolute, so that they are valid in another folder."""
    return {name: str(folder / value) if name.endswith("_FILE") else value for name, value in environment.items()}


def _become(arguments: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    terminal = {name: os.environ[name] for name in _TERMINAL if name in os.environ}
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *arguments], {**environment, **terminal})  # noqa: S606 - no shell reads them
