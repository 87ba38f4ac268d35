"""Migrations and demo data, run only after a change.

Running Django takes a second per component, so a fingerprint of the relevant files decides whether to run it.
"""

import asyncio
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

from .child import Child, describe_exit
from .errors import CannotStart
from .log_files import last_lines

_DECIDING_FILES = (
    "**/migrations/*.py",
    "*/settings.py",
    "**/management/commands/*.py",
    "**/demo*.py",
    "**/demo*/**/*.py",
)


"""Settings too: they install the apps of libraries, which have migrations of their own."""


class Database:
    """The database of a Django component."""

    def __init__(
        self, part: str, folder: Path, environment: Mapping[str, str], state_dir: Path, *, demo_data: bool
    ) -> None:
        self.part = part
        self._folder = folder
        self._environment = environment
        self._commands = [("migrate", "--noinput"), *([("load_demo_data",)] if demo_data else [])]
        self._file = state_dir / "databases" / f"{part}.sqlite3"
        self._stamp = state_dir / "databases" / f"{part}.fingerprint"
        self._log = state_dir / "log" / f"{part}-database.log"

    def is_current(self) -> bool:
        """Return True if nothing that determines its content has changed since it was prepared."""
        return self._file.exists() and self._stamp.exists() and self._stamp.read_text("utf-8") == self._fingerprint()

    async def prepare(self) -> None:
        """Migrate and load the demo data. Raises :class:`CannotStart` with the end of the log."""
        fingerprint = self._fingerprint()
        self._stamp.unlink(missing_ok=True)
        self._log.unlink(missing_ok=True)
        for command in self._commands:
            await self._manage(command)
        self._stamp.write_text(fingerprint, encoding="utf-8")

    async def _manage(self, command: tuple[str, ...]) -> None:
        child = await Child.start(
            (sys.executable, "manage.py", *command), cwd=self._folder, environment=self._environment, log=self._log
        )
        try:
            code = await child.wait()
        except asyncio.CancelledError:
            child.kill()
            raise
        if code != 0:
            raise CannotStart(
                f"{self.part}: manage.py {command[0]} failed ({describe_exit(code)})",
                log=last_lines(self._log, 15),
                advice=f"If the database itself is damaged, delete {self._file} to start with a new one.",
            )

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for path in sorted({path for pattern in _DECIDING_FILES for path in self._folder.glob(pattern)}):
            digest.update(str(path.relative_to(self._folder)).encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()
