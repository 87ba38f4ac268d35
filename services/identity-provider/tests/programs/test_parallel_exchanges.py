"""An exchange and a change of its owner at the same moment, in an order that PostgreSQL's lock queue makes certain."""

import base64
import json

import httpx
import pytest
from tests.programs.conftest import ACCESS_TOKEN_TYPE, TOKEN, TOKEN_EXCHANGE
from tests.servers import HOST
from tests.test_parallel_changes import ALICE, Account

CREATE = f"""
from datetime import UTC, datetime, timedelta
from identity_provider.programs.services import create_token
print(create_token(
    user_id="{ALICE}", name="x", scopes=["customer"], lifetime=timedelta(days=1), now=datetime.now(UTC)
).secret)"""

REVOKE = f"""
from datetime import UTC, datetime
from identity_provider.programs.models import PersonalAccessToken
from identity_provider.programs.services import revoke_token
for token in PersonalAccessToken.objects.filter(user_id="{ALICE}"):
    assert revoke_token(user_id="{ALICE}", token_id=token.pk, now=datetime.now(UTC))"""


class Program(Account):
    """A program with a personal access token of alice."""

    def __init__(self, installation, url):
        super().__init__(installation, url)
        self.secret = installation.manage("shell", "--no-imports", "-c", CREATE).stdout.strip()

    def exchange(self):
        form = {"grant_type": TOKEN_EXCHANGE, "subject_token": self.secret, "subject_token_type": ACCESS_TOKEN_TYPE}
        return httpx.post(self.url + TOKEN, data=form, headers={"Host": HOST}, timeout=30)

    def revoke(self):
        self.installation.manage("shell", "--no-imports", "-c", REVOKE)

    def set_user(self, *words):
        return self.installation.manage("set_user", "alice", *words)


@pytest.fixture
def program(postgres_installation):
    with postgres_installation.gunicorn(VF_THREADS="8") as url:
        program = Program(postgres_installation, url)
        yield program
        program.pool.shutdown()


def claims_of(response):
    payload = response.json()["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_an_exchange_that_waits_for_new_roles_gets_the_new_ones(program):
    with program.queue() as enter:
        changing = enter(program.set_user, "--roles", "admin")
        exchanging = enter(program.exchange)
    changing.result()
    assert claims_of(exchanging.result())["roles"] == []


def test_an_exchange_just_before_new_roles_is_revoked_with_them(program):
    with program.queue() as enter:
        exchanging = enter(program.exchange)
        changing = enter(program.set_user, "--roles", "admin")
    changing.result()
    claims = claims_of(exchanging.result())
    assert claims["roles"] == ["customer"]
    not_before = program.query(f"SELECT max(not_before) FROM revocations_revocation WHERE subject = '{ALICE}'")
    assert claims["iat"] <= not_before


def test_an_exchange_that_read_its_token_before_it_was_revoked_gets_nothing(program):
    """It waits for the lock of the owner's row. Behind the lock, PostgreSQL reads only that row again."""
    with program.queue() as enter:
        exchanging = enter(program.exchange)
        program.revoke()
    answer = exchanging.result()
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_an_exchange_that_waits_for_a_deactivation_gets_nothing(program):
    with program.queue() as enter:
        closing = enter(program.set_user, "--deactivate")
        exchanging = enter(program.exchange)
    closing.result()
    answer = exchanging.result()
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
