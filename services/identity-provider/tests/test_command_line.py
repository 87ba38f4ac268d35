"""``manage.py`` with a database that lacks tables: one line that says what to do, on SQLite and PostgreSQL."""

import time

import pytest

from .servers import Installation


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path) -> Installation:
    if request.param == "sqlite":
        return Installation(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    postgres, name = request.getfixturevalue("postgres"), f"empty_{time.monotonic_ns()}"
    postgres.psql(f"CREATE DATABASE {name};")
    return Installation(tmp_path, postgres.get_uri(database=name))


def test_a_database_without_tables_is_one_line(empty):
    answer = empty.manage("set_user", "alice", "--deactivate", check=False)
    assert answer.returncode == 1
    [line] = answer.stderr.splitlines()
    assert "has no tables" in line
    assert "make manage PART=identity-provider" in line
    assert "password" not in line


def test_a_database_that_lacks_a_table_is_not_called_empty(empty):
    empty.manage("migrate", "accounts", "0001", "-v0", "--skip-checks")
    answer = empty.manage("shell", "--no-imports", "-c", LIST_SESSIONS, check=False)
    [line] = answer.stderr.splitlines()
    assert "lacks a table that this command needs. Run manage.py migrate." in line


def test_what_went_wrong_is_shown_where_it_is_asked_for(empty):
    answer = empty.manage("set_user", "alice", "--deactivate", "--traceback", check=False)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Traceback")


LIST_SESSIONS = "from identity_provider.signin.models import Session; list(Session.objects.all())"
