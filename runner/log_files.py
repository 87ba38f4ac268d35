"""Reading of the processes' logs: the last lines of one, or all of them as they grow."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

_TAIL_BYTES = 64 * 1024


def last_lines(path: Path, count: int) -> str:
    """Return the last ``count`` lines of a file that may be large, empty or missing."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.rstrip("\n").splitlines()[-count:])


def follow(paths: Iterable[Path], *, interval: float = 0.2) -> Iterator[tuple[str, str]]:
    """Yield each new line of each file, with the file's stem, forever. A truncated file is read from its start."""
    positions = {path: path.stat().st_size if path.exists() else 0 for path in paths}
    while True:
        quiet = True
        for path, position in positions.items():
            for line, end in _lines_after(path, position):
                positions[path], quiet = end, False
                yield path.stem, line
        if quiet:
            time.sleep(interval)


def _lines_after(path: Path, position: int) -> list[tuple[str, int]]:
    """Return the complete lines after ``position``, each with the position of its end."""
    try:
        if path.stat().st_size < position:
            position = 0
        with path.open("rb") as file:
            file.seek(position)
            block = file.read()
    except OSError:
        return []
    found = []
    for line in block.splitlines(keepends=True):
        if line.endswith(b"\n"):
            position += len(line)
            found.append((line.decode("utf-8", errors="replace").rstrip("\n"), position))
    return found
