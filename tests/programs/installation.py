"""Installation commands: one line of progress, and the end of the output on failure."""

import os
import shutil
import subprocess
import sys
from collections import deque

_LAST_WORDS = 40


def run(what: str, *command: str) -> list[str]:
    """Run a command that needs no input; return what went wrong, if anything."""
    _show(f"  installing: {what}", final=not sys.stdout.isatty())
    words: deque[str] = deque(maxlen=_LAST_WORDS)
    try:
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        ) as process:
            for line in process.stdout or ():
                words.extend(line.split())
                if sys.stdout.isatty():
                    _show(f"  installing: {what}: {line.strip()}")
    except OSError as error:
        return [f"{command[0]}: {error.strerror}"]
    if sys.stdout.isatty():
        _show("")
    return [] if process.returncode == 0 else [f"{' '.join(command)}: {' '.join(words)}"]


def _show(line: str, *, final: bool = False) -> None:
    """Show one line, which the next one replaces on a terminal."""
    if final:
        sys.stdout.write(line + "\n")
    else:
        sys.stdout.write("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1])
    sys.stdout.flush()
