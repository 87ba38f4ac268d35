"""Guesses at one code at the same moment, in an order that PostgreSQL's lock queue makes certain."""

from collections import Counter
from contextlib import contextmanager

import httpx
import psycopg
import pytest
from tests.flows.mails import code_in_text
from tests.servers import HOST, wait_until
from tests.test_parallel_changes import WAITING, Account

FLOW = "/api/auth/flow/"


class Guesser(Account):
    """A client with one flow, which waits for a code."""

    def begin(self, path, body):
        begun = httpx.post(f"{self.url}{FLOW}{path}", json=body, headers={"Host": HOST}, timeout=30)
        assert begun.status_code in (202, 401), begun.text
        self.cookie = begun.cookies["vf_flow"]
        return begun

    def code(self):
        return code_in_text(self.query("SELECT text FROM mailing_mail ORDER BY id DESC LIMIT 1"))

    def step(self, path, body):
        headers = {"Host": HOST, "Cookie": f"vf_flow={self.cookie}"}
        return httpx.post(f"{self.url}{FLOW}{path}", json=body, headers=headers, timeout=30)

    @contextmanager
    def flow_queue(self):
        """Yields a function that starts a step and returns once it waits for the flow's row."""
        started = []

        def enter(*arguments):
            started.append(self.pool.submit(self.step, *arguments))
            wait_until(lambda: self.query(WAITING) >= len(started) or started[-1].done())
            assert not started[-1].done(), started[-1].result().text
            return started[-1]

        with psycopg.connect(self.installation.database_url) as holder:
            rows = holder.execute("SELECT 1 FROM flows_flowstate FOR UPDATE").fetchall()
            assert len(rows) == 1
            yield enter


@pytest.fixture
def guesser(postgres_installation):
    with postgres_installation.gunicorn(VF_THREADS="8") as url:
        guesser = Guesser(postgres_installation, url)
        yield guesser
        guesser.pool.shutdown()


@pytest.mark.parametrize(
    ("begin", "path", "more"),
    [
        ("code/request/", "code/confirm/", {}),
        ("password/request/", "password/reset/", {"new_password": "tr0ub4dor and 3"}),
    ],
)
def test_parallel_guesses_count_one_after_another(guesser, begin, path, more):
    guesser.begin(begin, {"email": "alice@example.test"})
    right = guesser.code()
    with guesser.flow_queue() as enter:
        guesses = [enter(path, {"code": f"WRONG{number}", **more}) for number in range(5)]
        late = enter(path, {"code": right, **more})
    answers = Counter(guess.result().status_code for guess in guesses)
    assert answers == {400: 3, 409: 2}
    assert late.result().status_code == 409
    assert guesser.step(path, {"code": right, **more}).status_code == 409


def test_of_two_correct_codes_one_signs_in(guesser):
    guesser.begin("code/request/", {"email": "alice@example.test"})
    right = guesser.code()
    with guesser.flow_queue() as enter:
        both = [enter("code/confirm/", {"code": right}) for _ in range(2)]
    assert sorted(each.result().status_code for each in both) == [200, 409]
    assert guesser.query("SELECT count(*) FROM signin_session") == 1


def test_parallel_sign_ups_with_one_address_create_one_account(guesser):
    body = {"email": "dora@example.test", "password": "correct horse 7"}
    both = [guesser.pool.submit(guesser.begin, "sign-up/", {"username": name, **body}) for name in ("dora", "dora2")]
    assert {each.result().status_code for each in both} <= {401}
    assert guesser.query("SELECT count(*) FROM accounts_user WHERE email = 'dora@example.test'") == 1
    assert guesser.query("SELECT count(*) FROM mailing_mail") == 2
