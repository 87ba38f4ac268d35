"""``DATABASES`` from ``DATABASE_URL``: PostgreSQL in production, a SQLite file without any setup."""

from pathlib import Path
from typing import Any

import dj_database_url

from vf_runtime import Environment, SettingError

CONNECTION_SECONDS = 60
"""Seconds for which a connection is kept between requests. It is checked before each use."""


def database_settings(environment: Environment, base_dir: Path) -> dict[str, Any]:
    """Return the ``DATABASES`` setting. Raises :class:`SettingError` for a URL that cannot be parsed."""
    url = environment.address("DATABASE_URL", f"sqlite:///{base_dir / 'db.sqlite3'}")
    try:
        database: dict[str, Any] = dict(
            dj_database_url.parse(url, conn_max_age=CONNECTION_SECONDS, conn_health_checks=True)
        )
    except (ValueError, KeyError) as error:
        # The message omits the value, which can contain a password.
        raise SettingError(
            "DATABASE_URL cannot be read: it must be like postgres://user:password@host/name or sqlite:////path"
        ) from error
    if "sqlite" in database["ENGINE"]:
        database["OPTIONS"] = {**database.get("OPTIONS", {}), **_SQLITE_OPTIONS}
    else:
        database["OPTIONS"] = {"connect_timeout": 3, **database.get("OPTIONS", {})}
    return {"default": database}


_SQLITE_OPTIONS = {
    # WAL: readers do not wait for a writer. IMMEDIATE: a writer takes its lock at the start instead of failing halfway.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
}
