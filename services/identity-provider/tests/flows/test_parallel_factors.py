"""Codes at the same moment, against real databases and servers: in several flows, threads and processes."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.flows.factors import MFA, App
from tests.servers import HOST
from tests.test_parallel_changes import Account

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AT_ONCE = 12
SET_UP = f"""
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from identity_provider.accounts.models import User
alice = User.objects.get(pk="usr_demo_alice")
TOTP.activate(alice, "{SECRET}")
print(RecoveryCodes.activate(alice).generate_codes()[0])"""
RENEW = """
from identity_provider.factors.services import renew_recovery_codes
print(*renew_recovery_codes(user_id="usr_demo_alice"))"""


def send(url, path, body, cookies=""):
    headers = {"Host": HOST, "X-Forwarded-For": "192.0.2.1", "Cookie": cookies}
    return httpx.post(url + path, json=body, headers=headers, timeout=30)


def flow_at(url):
    """The cookie of a flow that waits for the second factor."""
    step = send(url, "/api/auth/login/", {"username": "alice", "password": "alice123"})
    assert step.json()["step"] == "mfa"
    return f"vf_flow={step.cookies['vf_flow']}"


def use(url, code, flow):
    return send(url, MFA, {"code": code}, flow)


def set_up(installation):
    """Give alice an app. Return a recovery code."""
    return installation.manage("shell", "--no-imports", "-c", SET_UP).stdout.strip()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield pool


def test_wrong_codes_in_parallel_flows_get_no_more_answers_than_consecutive_ones(installation, pool):
    set_up(installation)
    with installation.gunicorn(VF_THREADS=str(AT_ONCE)) as url:
        flows = [flow_at(url) for _ in range(AT_ONCE)]
        guesses = [(flow, "000000") for flow in flows * 2]
        statuses = sorted(pool.map(lambda guess: use(url, guess[1], guess[0]).status_code, guesses))
    assert statuses == [400] * 10 + [429] * 14


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_one_code_in_the_flows_of_two_processes_signs_in_once(installation, pool, kind):
    recovery = set_up(installation)
    app = App(SECRET)
    app.shown = 0
    with installation.gunicorn() as first, installation.gunicorn() as second:
        urls = [first, second] * 3
        flows = [(url, flow_at(url)) for url in urls]
        code = app.code() if kind == "app" else recovery
        statuses = sorted(pool.map(lambda place: use(place[0], code, place[1]).status_code, flows))
    assert statuses == [200] + [400] * 5


def test_recovery_codes_that_are_renewed_at_the_same_moment_do_not_sign_in(postgres_installation):
    """Whoever comes first wins, and the two never wait for each other."""
    recovery = set_up(postgres_installation)
    with postgres_installation.gunicorn(VF_THREADS="8") as url:
        account = Account(postgres_installation, url)
        flow = flow_at(url)
        with account.queue() as enter:
            renewing = enter(postgres_installation.manage, "shell", "--no-imports", "-c", RENEW)
            signing_in = enter(use, url, recovery, flow)
        assert len(renewing.result().stdout.split()) == 10
        assert signing_in.result().status_code == 400
        account.pool.shutdown()
