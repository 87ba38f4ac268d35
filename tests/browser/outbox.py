"""Emails of the running platform, read from the outbox of the identity provider."""

import re
import sqlite3
import time
from contextlib import closing

from runner import Platform

_CODE = re.compile(r"^[A-Z0-9]+(?:-[A-Z0-9]+)*$", re.MULTILINE)


class Outbox:
    """The emails to one address. Those that exist when the object is created don't count."""

    def __init__(self, platform: Platform, address: str) -> None:
        self._database = platform.settings.state_dir / "databases" / "identity-provider.sqlite3"
        self._address = address
        self._seen = max((number for number, _, _ in self._mails(0)), default=0)

    def code(self) -> str:
        """Wait for the next email with a code, and return the code."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            for number, _, text in self._mails(self._seen):
                self._seen = number
                if found := _CODE.search(text):
                    return found[0]
            time.sleep(0.1)
        raise AssertionError("no email with a code arrived")

    def kinds(self) -> list[str]:
        """Return the kinds of the emails since the last one that :meth:`code` read."""
        return [kind for _, kind, _ in self._mails(self._seen)]

    def _mails(self, after: int) -> list[tuple[int, str, str]]:
        query = 'SELECT id, kind, text FROM mailing_mail WHERE "to" = ? AND id > ? ORDER BY id'
        with closing(sqlite3.connect(self._database, timeout=20)) as database:
            return database.execute(query, (self._address, after)).fetchall()
