"""Changes of one account at the same moment, in an order that PostgreSQL's own lock queue makes certain.

Each test holds the account's row, lets the requests queue for it one after another, and lets go.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import psycopg
import pytest
from tests.servers import HOST, wait_until

ALICE = "usr_demo_alice"
NETWORK = "192.0.2.1"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class Account:
    """The demo user alice, at a server whose threads wait for each other in PostgreSQL."""

    def __init__(self, installation, url):
        self.installation = installation
        self.url = url
        self.pool = ThreadPoolExecutor(8)

    def post(self, path, body=None, *, refresh_token=""):
        headers = {"Host": HOST, "X-Forwarded-For": NETWORK, "Cookie": f"jwt_refresh={refresh_token}"}
        return httpx.post(self.url + path, json=body, headers=headers, timeout=30)

    def sign_in(self, password="alice123"):
        return self.post("/api/auth/login/", {"username": "alice", "password": password})

    def change_password(self):
        """Directly in the service: the endpoint wants the edge's word."""
        code = f"""
from datetime import UTC, datetime
from identity_provider.accounts.services import change_password
change_password(
    user_id="{ALICE}", session_id="", old="alice123", new="tr0ub4dor and 3", network="{NETWORK}", now=datetime.now(UTC)
)"""
        return self.installation.manage("shell", "-c", code)

    def close_in(self, session_id):
        """With a session's assertion: return the status and code of the response."""
        code = f"""
from rest_framework.test import APIClient
from vf_django.testing import as_user
client = as_user(APIClient(SERVER_NAME="{HOST}"), user_id="{ALICE}", session_id="{session_id}")
response = client.post("/api/v1/auth/account/close/")
print(response.status_code, response.json().get("code", ""))
"""
        return self.installation.manage("shell", "--no-imports", "-c", code).stdout.split()

    def delete(self):
        code = f"from identity_provider.accounts.models import User; User.objects.get(pk='{ALICE}').delete()"
        return self.installation.manage("shell", "-c", code)

    def refresh(self, signed_in):
        return self.post("/api/auth/refresh/", refresh_token=signed_in.cookies["jwt_refresh"])

    def query(self, statement):
        with psycopg.connect(self.installation.database_url) as connection:
            return connection.execute(statement).fetchone()[0]

    @contextmanager
    def queue(self, row=f"accounts_user WHERE id = '{ALICE}'"):
        """Yields a function that starts something and returns once it waits for the row; the account's by default."""
        started = []

        def enter(work, *arguments):
            started.append(self.pool.submit(work, *arguments))
            wait_until(lambda: self.query(WAITING) >= len(started) or started[-1].done())
            assert not started[-1].done(), started[-1].result()
            return started[-1]

        with psycopg.connect(self.installation.database_url) as holder:
            holder.execute(f"SELECT 1 FROM {row} FOR NO KEY UPDATE")
            yield enter


@pytest.fixture
def account(postgres_installation):
    with postgres_installation.gunicorn(VF_THREADS="8") as url:
        account = Account(postgres_installation, url)
        yield account
        account.pool.shutdown()


def test_a_sign_in_just_before_the_account_is_closed_does_not_come_back_when_it_is_opened(account):
    with account.queue() as enter:
        sign_in = enter(account.sign_in)
        closing = enter(account.installation.manage, "set_user", "alice", "--deactivate")
    signed_in = sign_in.result()
    assert signed_in.status_code == 200
    closing.result()
    assert account.refresh(signed_in).status_code == 401
    account.installation.manage("set_user", "alice", "--activate")
    assert account.refresh(signed_in).status_code == 401


def test_a_sign_in_and_a_new_password_after_a_failure_do_not_wait_for_each_other(account):
    """Both lock sessions and the account: in another order each it would be a deadlock."""
    assert account.sign_in("wrong").status_code == 401
    with account.queue() as enter:
        changing = enter(account.change_password)
        sign_in = enter(account.sign_in)
    assert changing.result().returncode == 0
    assert sign_in.result().status_code == 401  # it is the old password by now


@pytest.mark.parametrize("first", ["refresh", "deletion"])
def test_an_account_is_deleted_while_a_browser_refreshes(account, first):
    signed_in = account.sign_in()
    with account.queue() as enter:
        if first == "refresh":
            refreshing, deleting = enter(account.refresh, signed_in), enter(account.delete)
        else:
            deleting, refreshing = enter(account.delete), enter(account.refresh, signed_in)
    deleting.result()
    assert refreshing.result().status_code == (200 if first == "refresh" else 401)
    assert account.refresh(signed_in).status_code == 401
    assert account.query(f"SELECT count(*) FROM revocations_revocation WHERE subject = '{ALICE}'") == 1


def test_two_sessions_that_close_one_account_do_not_wait_for_each_other(account):
    """Each locks its own session, and ends the other one."""
    for _ in range(2):
        assert account.sign_in().status_code == 200
    with psycopg.connect(account.installation.database_url) as connection:
        rows = connection.execute("SELECT id FROM signin_session WHERE user_id = %s ORDER BY id", [ALICE]).fetchall()
    first, second = (session_id for (session_id,) in rows)
    with account.queue(f"signin_session WHERE id = '{first}'") as enter:
        closing = [enter(account.close_in, session_id) for session_id in (first, second)]
    assert [work.result() for work in closing] == [["200"], ["404", "not_found"]]
