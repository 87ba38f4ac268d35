"""Many guesses at the same moment, against real databases and the real server: no more are answered than one by one."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.servers import HOST

AT_ONCE = 20


@pytest.fixture
def statuses(installation):
    """Sign-ins from one network, as many at once as there are threads."""
    with installation.gunicorn(VF_THREADS=str(AT_ONCE)) as url, ThreadPoolExecutor(AT_ONCE) as pool:

        def guess(name):
            body = {"username": name, "password": "wrong"}
            headers = {"Host": HOST, "X-Forwarded-For": "192.0.2.1"}
            return httpx.post(f"{url}/api/auth/login/", json=body, headers=headers, timeout=30).status_code

        yield lambda names: sorted(pool.map(guess, names))


def test_guesses_at_one_account_under_one_name(statuses):
    assert statuses(["alice"] * 40) == [401] * 10 + [429] * 30


def test_guesses_at_many_accounts(statuses):
    assert statuses(f"made-up-{number}" for number in range(45)) == [401] * 30 + [429] * 15
