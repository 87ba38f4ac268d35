"""Responses while the database is unavailable."""

from collections.abc import Iterator

import pytest
from django.db import connections


@pytest.fixture
def no_database(django_db_blocker, monkeypatch, tmp_path) -> Iterator[None]:
    connection = connections["default"]
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "missing" / "db.sqlite3"))
    else:
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    with django_db_blocker.unblock():
        live, connection.connection = connection.connection, None
        yield
        connection.connection = live


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize("address", ["/api/billing/summary/", "/api/billing/transactions/"])
def test_an_outage_is_a_503_that_says_when_to_try_again(alice, address):
    answer = alice.get(address)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "database_unavailable", "5")


@pytest.mark.usefixtures("no_database")
def test_the_service_says_that_it_is_not_ready_and_lives(client):
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
