"""Accounts that exist before the update can sign in after it, and receive codes."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("flows", "0001_initial"), ("accounts", "0002_names_in_any_spelling")]


@pytest.fixture
def migrate(transactional_db):
    """Migrates to given states, and to the newest one at the end."""

    def to(targets):
        executor = MigrationExecutor(connection)
        executor.migrate(targets)
        return executor.loader.project_state(targets).apps

    yield to
    to(MigrationExecutor(connection).loader.graph.leaf_nodes())


def test_every_account_has_one_verified_address_afterwards(migrate, client):
    users = migrate(BEFORE).get_model("accounts", "User").objects
    rows = [("usr_a", "Anna.B@Example.test"), ("usr_b", "bert@example.test"), ("usr_c", "")]
    for pk, email in rows:
        users.create(pk=pk, username=pk, username_key=pk, email=email, email_key=email.lower(), password="-")
    apps = migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    addresses = apps.get_model("account", "EmailAddress").objects.order_by("user_id")
    assert list(addresses.values_list("user_id", "email", "verified", "primary")) == [
        ("usr_a", "anna.b@example.test", True, True),
        ("usr_b", "bert@example.test", True, True),
    ]
    assert apps.get_model("accounts", "User").objects.get(pk="usr_a").email == "Anna.B@Example.test"
    client.post("/api/auth/flow/code/request/", {"email": "anna.b@example.test"}, format="json")
    mail = apps.get_model("mailing", "Mail").objects.get()
    assert (mail.kind, mail.to) == ("sign_in_code", "Anna.B@Example.test")
