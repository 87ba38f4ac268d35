"""Redis stopped, hung, emptied, read-only: the configured policy holds, and revoked tokens stay rejected."""

import os
import re
import signal
import time

import pytest

from tests.resilience.conftest import MAX_STALENESS, Damaged, eventually
from tests.resilience.load import Load
from tests.security.attack.wire import exchange


def is_unready_for_revocations(damaged: Damaged) -> bool:
    """Return whether the worker that answers says that it is not ready, and that its revocations are why."""
    reply = damaged.inside(damaged.ports.gateway_internal, "/readyz")
    return reply.status == 503 and b"revocations" in reply.body


def staleness(damaged: Damaged) -> float:
    text = damaged.inside(damaged.ports.gateway_internal, "/metrics").body.decode()
    return max(
        float(value) for value in re.findall(r"^vf_edge_revocation_staleness_seconds(?:\{.*\})? (\S+)", text, re.M)
    )


def revoked(damaged: Damaged):
    """Return a signed-out session, revoked in every gateway worker."""
    person, jar = damaged.sign_in("bob")
    assert damaged.post("/api/auth/logout/", jar=jar).status == 204
    assert eventually(lambda: damaged.ask(person) == 401, 3)
    return person


@pytest.mark.row(40)
def test_a_hung_redis_closes_the_edge_after_the_bound_and_opens_it_again(damaged: Damaged) -> None:
    gone, (alice, _), (leaving, jar) = revoked(damaged), damaged.sign_in(), damaged.sign_in("bob")
    with damaged.frozen("valkey"):
        assert damaged.ask(alice) == 200
        assert damaged.ask(gone) == 401
        assert damaged.post("/api/auth/logout/", jar=jar).status == 204
        assert eventually(lambda: damaged.ask(alice) == 503, MAX_STALENESS + 4)
        # Any of the two workers answers, and each has its own last sign of life from Redis.
        assert eventually(lambda: is_unready_for_revocations(damaged), MAX_STALENESS + 4)
        assert eventually(lambda: staleness(damaged) >= MAX_STALENESS, 4)
        assert damaged.ask(gone) in (401, 503)
    assert eventually(lambda: damaged.ask(alice) == 200, 10)
    assert eventually(lambda: damaged.ask(leaving) == 401, 20)
    assert damaged.ask(gone) == 401


@pytest.mark.row(40)
def test_a_closed_edge_says_when_to_come_again(damaged: Damaged) -> None:
    alice, _ = damaged.sign_in()
    with damaged.frozen("valkey"):
        assert eventually(lambda: damaged.ask(alice) == 503, MAX_STALENESS + 4)
        reply = exchange(alice.endpoint, alice.request(alice.bearer, ("Origin", alice.origin)))
        assert reply.status == 503
        assert int(reply.header("Retry-After")) > 0
        assert reply.every("Access-Control-Allow-Origin") == [alice.origin]


@pytest.mark.row(40)
def test_a_redis_that_dies_and_comes_back_is_noticed_by_nobody(damaged: Damaged) -> None:
    gone, (alice, _) = revoked(damaged), damaged.sign_in()
    old = damaged.platform.pid("valkey")
    with Load(alice) as good, Load(gone) as bad:
        os.kill(old, signal.SIGKILL)
        assert eventually(lambda: damaged.platform.pid("valkey") != old, 10)
        time.sleep(1)
    assert set(good.statuses()) == {200}
    assert set(bad.statuses()) == {401}


@pytest.mark.row(40)
def test_an_emptied_redis_is_filled_again_and_a_new_worker_knows_the_revoked(damaged: Damaged) -> None:
    gone = revoked(damaged)
    with damaged.redis() as redis:
        before = redis.get("vf:revocations:epoch")
        redis.delete("vf:revocations", "vf:revocations:epoch")
        assert damaged.ask(gone) == 401
        assert eventually(lambda: redis.get("vf:revocations:epoch") not in (None, before), 10)
    old = damaged.platform.pid("gateway-auth")
    with Load(gone) as load:
        os.kill(old, signal.SIGTERM)  # the new workers start without revocation data
        assert eventually(lambda: damaged.platform.pid("gateway-auth") != old, 20)
        assert eventually(lambda: damaged.ask(gone) == 401, 20)
    assert set(load.statuses()) <= {401, 500, 502, 503}


@pytest.mark.row(40)
def test_a_redis_that_takes_no_writes_keeps_revocations_waiting_and_nobody_from_signing_out(damaged: Damaged) -> None:
    alice, jar = damaged.sign_in()
    users = damaged.platform.settings.state_dir / "secrets" / "redis-users.acl"
    before = users.read_text()
    try:
        _restart_redis_with(damaged, before.replace(" +xadd", "").replace(" +set", ""))
        assert damaged.post("/api/auth/logout/", jar=jar).status == 204
        assert damaged.post("/api/auth/refresh/", jar=jar).status == 401
    finally:
        _restart_redis_with(damaged, before)
    assert eventually(lambda: damaged.ask(alice) == 401, 25)


def _restart_redis_with(damaged: Damaged, users: str) -> None:
    (damaged.platform.settings.state_dir / "secrets" / "redis-users.acl").write_text(users)
    old = damaged.platform.pid("valkey")
    os.kill(old, signal.SIGKILL)
    assert eventually(lambda: damaged.platform.pid("valkey") != old, 15)
    assert eventually(lambda: damaged.inside(damaged.ports.gateway_internal, "/readyz").status == 200, 15)


@pytest.mark.row(28, 40)
def test_a_token_that_is_revoked_under_load_is_refused_for_good(damaged: Damaged) -> None:
    alice, jar = damaged.sign_in()
    with Load(alice, threads=6, pause=0.0) as load:
        assert damaged.post("/api/auth/logout/", jar=jar).status == 204
        ended = time.monotonic()
        time.sleep(2)
    assert set(load.statuses()) == {200, 401}
    assert set(load.statuses(since=ended + 1)) == {401}
