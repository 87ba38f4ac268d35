"""A fail-over group whose primary dies: the follower goes where the sentinel says, and forgets nothing."""

import asyncio

import pytest

from gateway_auth.revocation.connection import connector
from vf_edge.revocations import EPOCH, STREAM
from vf_runtime import parse_redis_address

from .failover_group import FailoverGroup
from .following import revoked, until
from .redis_server import free_port


@pytest.fixture
async def group(tmp_path):
    with FailoverGroup(tmp_path) as group:
        await until(group.is_ready, 20)
        yield group


async def test_a_killed_primary_is_followed_to_the_replica_that_took_over(group, follow):
    group.primary.set_epoch("one")
    group.primary.publish("sid", "before")
    follower = follow(group.url)
    await follower.knows("before")
    await until(follower.is_fresh)  # else it has not read the whole stream, and rightly waits for a new epoch
    group.primary.kill()
    await until(group.has_failed_over, 20)
    group.replica.publish("sid", "after")
    await follower.knows("after", 10)
    assert revoked(follower.state, "before")
    await until(follower.is_fresh)


async def test_a_primary_that_hangs_is_left_for_the_replica_that_took_over(group, follow):
    """Its connections stay open and say nothing: only the bound on an answer (2.5 s) ends the wait."""
    group.primary.set_epoch("one")
    follower = follow(group.url)
    await until(follower.is_fresh)
    group.primary.freeze()
    await until(group.has_failed_over, 20)
    group.replica.publish("sid", "after")
    await follower.knows("after", 20)


async def test_what_the_replica_had_not_got_stays_refused(group, follow):
    group.primary.set_epoch("one")
    group.primary.publish("sid", "copied")
    follower = follow(group.url)
    await follower.knows("copied")
    group.lose_replica()
    group.primary.publish("sid", "lost")
    await follower.knows("lost")
    group.primary.kill()
    await until(group.has_failed_over, 20)
    assert group.replica.client.xlen(STREAM) == 1
    group.replica.publish("sid", "again")
    group.replica.set_epoch("two")
    await follower.knows("again", 10)
    assert revoked(follower.state, "lost")
    await until(follower.is_fresh)


async def test_a_gateway_that_starts_after_a_failover_waits_until_the_new_primary_has_everything(group, follow):
    group.primary.set_epoch("one")
    group.primary.publish("sid", "copied")
    await until(lambda: group.replica.client.xlen(STREAM) == 1)
    group.lose_replica()
    group.primary.publish("sid", "lost")
    group.primary.kill()
    await until(group.has_failed_over, 20)
    assert group.replica.client.exists(EPOCH)
    follower = follow(group.url)
    await asyncio.sleep(1)
    assert follower.state.fresh_at is None
    group.replica.publish("sid", "lost")
    group.replica.set_epoch("two")
    await follower.knows("lost")
    await until(follower.is_fresh)


async def test_a_sentinel_that_is_away_is_passed_over(group, follow):
    group.primary.set_epoch("one")
    group.primary.publish("sid", "before")
    follower = follow(group.url.replace("@", f"@127.0.0.1:{free_port()},"))
    await follower.knows("before")


async def test_with_all_sentinels_away_a_connection_goes_on_and_a_new_one_waits(group, follow):
    group.primary.set_epoch("one")
    old = follow(group.url)
    await until(old.is_fresh)
    group.sentinel.kill()
    group.primary.publish("sid", "later")
    await old.knows("later")
    new = follow(group.url)
    await asyncio.sleep(0.4)
    assert new.state.fresh_at is None
    group.sentinel.start()
    await new.knows("later", 10)


async def test_a_closed_client_keeps_no_connection_to_a_sentinel(group):
    """A follower makes a client after each failure: what only the garbage collector closes would pile up."""
    before = group.sentinel.connections()
    client = connector(parse_redis_address("VF_REDIS_URL", group.url))()
    await client.get(EPOCH)
    assert group.sentinel.connections() == before + 1
    await client.aclose()
    await until(lambda: group.sentinel.connections() == before)
