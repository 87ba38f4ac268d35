"""The stream is read whole, followed, and found again after every kind of loss (hostile row 40)."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from gateway_auth.revocation import follower as following
from gateway_auth.revocation.state import Marks, mark
from vf_edge.revocations import Revocation

from .following import revoked, until
from .redis_server import ADMIN, READER, RedisServer, free_port, shipped_users


async def test_what_was_published_before_the_start_is_read_whole(redis_server, follow, monkeypatch):
    monkeypatch.setattr(following, "PAGE", 7)
    for number in range(50):
        redis_server.publish("sid", f"ses_{number}")
    redis_server.set_epoch("one")
    follower = follow(redis_server.url)
    await until(lambda: follower.state.fresh_at is not None)
    assert all(revoked(follower.state, f"ses_{number}") for number in range(50))
    assert follower.lags == []


async def test_what_is_published_later_is_known_within_100_milliseconds(redis_server, follow):
    redis_server.set_epoch("one")
    follower = follow(redis_server.url)
    await until(follower.is_fresh)
    took = []
    for number in range(20):
        redis_server.publish("sid", f"ses_{number}")
        took.append(await follower.knows(f"ses_{number}"))
    assert sorted(took)[-2] < 0.1
    assert len(follower.lags) == 20


async def test_every_kind_is_followed(redis_server, follow):
    redis_server.set_epoch("one")
    follower = follow(redis_server.url)
    redis_server.publish("jti", "tok_1")
    redis_server.publish("sid", "ses_1")
    redis_server.publish("sub", "usr_1", not_before=1000)
    await until(lambda: len(follower.state) == 3)
    for marks in (
        Marks(mark("jti", "tok_1"), b"", b"", 9999),
        Marks(b"", mark("sid", "ses_1"), b"", 9999),
        Marks(b"", b"", mark("sub", "usr_1"), 1000),
    ):
        assert follower.state.is_revoked(marks)
    assert not follower.state.is_revoked(Marks(b"", b"", mark("sub", "usr_1"), 1001))


async def test_what_has_expired_is_not_kept(redis_server, follow):
    redis_server.publish("sid", "old", lifetime=-5)
    redis_server.publish("sid", "new")
    redis_server.set_epoch("one")
    follower = follow(redis_server.url)
    await follower.knows("new")
    assert len(follower.state) == 1


async def test_without_an_epoch_the_view_is_not_complete(redis_server, follow):
    redis_server.publish("sid", "ses_1")
    follower = follow(redis_server.url)
    await asyncio.sleep(0.4)
    assert follower.state.fresh_at is None
    redis_server.set_epoch("one")
    await follower.knows("ses_1")
    await until(follower.is_fresh)


async def test_a_killed_server_is_found_again_and_nothing_known_is_forgotten(redis_server, follow):
    redis_server.set_epoch("one")
    redis_server.publish("sid", "before")
    follower = follow(redis_server.url)
    await follower.knows("before")
    redis_server.kill()
    await asyncio.sleep(0.8)
    assert revoked(follower.state, "before")
    redis_server.start()
    redis_server.publish("sid", "after")
    redis_server.set_epoch("two")
    await follower.knows("after", 3.5)
    assert revoked(follower.state, "before")
    await until(follower.is_fresh)


async def test_freshness_ends_when_the_server_is_gone(redis_server, follow):
    redis_server.set_epoch("one")
    follower = follow(redis_server.url)
    await until(follower.is_fresh)
    redis_server.kill()
    await until(lambda: not follower.is_fresh())


async def test_flushed_data_make_the_view_incomplete_until_it_is_published_again(redis_server, follow):
    redis_server.set_epoch("one")
    redis_server.publish("sid", "before")
    follower = follow(redis_server.url)
    await follower.knows("before")
    redis_server.client.flushall()
    await until(lambda: not follower.is_fresh())
    assert revoked(follower.state, "before")
    redis_server.publish("sid", "again")
    redis_server.set_epoch("two")
    await follower.knows("again")
    await until(follower.is_fresh)


async def test_a_new_epoch_makes_the_whole_stream_be_read_again(redis_server, follow):
    """The clock of a server that took over may be behind: its entries have ids that were passed already."""
    redis_server.set_epoch("one")
    redis_server.publish("sid", "before")
    follower = follow(redis_server.url)
    await follower.knows("before")
    redis_server.client.delete(following.STREAM)
    fields = {"kind": "sid", "id": "earlier", "nbf": 0, "exp": int(time.time()) + 300}
    redis_server.client.xadd(following.STREAM, fields, id="1-1")
    await asyncio.sleep(0.2)
    assert not revoked(follower.state, "earlier")
    redis_server.set_epoch("two")
    await follower.knows("earlier")


async def test_a_server_that_came_back_with_an_older_file_is_not_believed_before_a_new_epoch(tmp_path, follow):
    with RedisServer(tmp_path, "--save", "", "--dbfilename", "older.rdb") as server:
        server.publish("sid", "kept")
        server.set_epoch("one")
        running = follow(server.url)
        await until(running.is_fresh)
        server.client.save()
        server.publish("sid", "lost")
        await running.knows("lost")
        server.kill()
        server.start()
        assert (server.client.xlen(following.STREAM), server.client.exists(following.EPOCH)) == (1, 1)
        started = follow(server.url)
        await asyncio.sleep(1)
        assert started.state.fresh_at is None
        await until(running.is_fresh)
        server.publish("sid", "lost")
        server.set_epoch("two")
        await started.knows("lost")
        await until(started.is_fresh)


async def test_an_epoch_that_names_no_server_is_not_believed(redis_server, follow):
    redis_server.client.set(following.EPOCH, "one")
    follower = follow(redis_server.url)
    await asyncio.sleep(0.4)
    assert follower.state.fresh_at is None


async def test_a_follower_that_starts_before_its_server_catches_up(redis_server, follow):
    redis_server.kill()
    follower = follow(redis_server.url)
    await asyncio.sleep(0.3)
    assert follower.state.fresh_at is None
    redis_server.start()
    redis_server.publish("sid", "ses_1")
    redis_server.set_epoch("one")
    await follower.knows("ses_1", 3.5)


async def test_a_server_that_hangs_is_given_up_and_found_again(redis_server, follow, monkeypatch):
    monkeypatch.setattr("gateway_auth.revocation.connection.ANSWER_SECONDS", 1.0)
    redis_server.set_epoch("one")
    follower = follow(redis_server.url)
    await until(follower.is_fresh)
    redis_server.freeze()
    await until(lambda: not follower.is_fresh())
    redis_server.thaw()
    redis_server.publish("sid", "after")
    await follower.knows("after", 4)


async def test_each_time_that_a_server_hangs_is_told_once(redis_server, follow, monkeypatch, log_lines):
    monkeypatch.setattr("gateway_auth.revocation.connection.ANSWER_SECONDS", 1.0)
    redis_server.set_epoch("one")
    follower = follow(redis_server.url)
    for times in (1, 2):
        await until(follower.is_fresh, 10)
        redis_server.freeze()
        await until(lambda expected=times: len(unreachable(log_lines)) == expected)
        await asyncio.sleep(1.5)
        assert len(unreachable(log_lines)) == times
        redis_server.thaw()


async def test_a_stream_that_nobody_called_complete_is_told_once(redis_server, follow, log_lines):
    """Redis answers, so nothing else would say why every request is refused."""
    follower = follow(redis_server.url)
    await until(lambda: incomplete(log_lines) == ["absent"])
    redis_server.client.set("vf:revocations:epoch", "one@another-run")
    await asyncio.sleep(0.6)
    assert incomplete(log_lines) == ["absent"]
    redis_server.set_epoch("one")
    await until(follower.is_fresh)
    redis_server.client.flushall()
    await until(lambda: incomplete(log_lines) == ["absent", "absent"])


def incomplete(lines):
    return [line["epoch"] for line in lines if line["event"] == "revocations_incomplete"]


def unreachable(lines):
    return [line for line in lines if line["event"] == "revocations_unreachable"]


async def test_a_follower_ends_when_it_is_cancelled_at_any_moment(redis_server, follow):
    """A worker that waits for one that does not would never stop."""
    redis_server.set_epoch("one")
    followers = [follow(redis_server.url) for _ in range(60)]
    await until(lambda: all(follower.is_fresh() for follower in followers))
    for follower in followers:
        follower.task.cancel()
        await asyncio.sleep(0.005)
    _, pending = await asyncio.wait([follower.task for follower in followers], timeout=3)
    assert not pending


MALFORMED = {
    "no kind": {"id": "a", "nbf": 0, "exp": 9_999_999_999},
    "an unknown kind": {"kind": "user", "id": "a", "nbf": 0, "exp": 9_999_999_999},
    "a kind that is not text": {"kind": b"\xff", "id": "a", "nbf": 0, "exp": 9_999_999_999},
    "no identifier": {"kind": "sid", "nbf": 0, "exp": 9_999_999_999},
    "an empty identifier": {"kind": "sid", "id": "", "nbf": 0, "exp": 9_999_999_999},
    "an identifier that is not text": {"kind": "sid", "id": b"\xff\xfe", "nbf": 0, "exp": 9_999_999_999},
    "a very long identifier": {"kind": "sid", "id": "a" * 2000, "nbf": 0, "exp": 9_999_999_999},
    "no expiry": {"kind": "sid", "id": "a", "nbf": 0},
    "an expiry that is no number": {"kind": "sid", "id": "a", "nbf": 0, "exp": "soon"},
    "an expiry of a thousand digits": {"kind": "sid", "id": "a", "nbf": 0, "exp": "9" * 1000},
    "a not-before that is no number": {"kind": "sub", "id": "a", "nbf": "now", "exp": 9_999_999_999},
}


async def test_malformed_entries_are_passed_over_and_the_next_one_is_followed(redis_server, follow):
    redis_server.set_epoch("one")
    for fields in MALFORMED.values():
        redis_server.add(fields)
    follower = follow(redis_server.url)
    await until(follower.is_fresh)
    for fields in MALFORMED.values():
        redis_server.add(fields)
    redis_server.publish("sid", "good")
    await follower.knows("good")
    assert len(follower.state) == 1


@pytest.mark.parametrize("fields", MALFORMED.values(), ids=MALFORMED.keys())
def test_an_entry_is_malformed_with(fields):
    with pytest.raises(ValueError):  # noqa: PT011  whatever its words
        Revocation.from_entry(
            {
                name.encode(): value if isinstance(value, bytes) else str(value).encode()
                for name, value in fields.items()
            }
        )


def test_an_entry_of_the_documented_form_is_read():
    fields = {b"kind": b"sub", b"id": "käthe".encode(), b"nbf": b"5", b"exp": b"9"}
    assert Revocation.from_entry(fields) == Revocation("sub", "käthe", 5, 9)


async def test_a_key_of_another_type_in_the_streams_place_is_survived(redis_server, follow):
    redis_server.set_epoch("one")
    redis_server.client.set(following.STREAM, "no stream")
    follower = follow(redis_server.url)
    await asyncio.sleep(0.3)
    assert follower.state.fresh_at is None
    redis_server.client.delete(following.STREAM)
    redis_server.publish("sid", "ses_1")
    await follower.knows("ses_1", 4)


ODD_ANSWERS = {
    "only OK": b"+OK\r\n",
    "text": b"$5\r\nhello\r\n",
    "a list": b"*2\r\n$1\r\na\r\n:1\r\n",
    "nothing": b"_\r\n",
    "what is not UTF-8": b"+\xff\xfe\r\n",
    "another protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n",
}


@pytest.mark.parametrize("answer", ODD_ANSWERS.values(), ids=ODD_ANSWERS.keys())
async def test_a_server_that_is_no_redis_ends_no_worker(answer, follow, log_lines):
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            writer.write(answer * 50)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        follower = follow(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await until(lambda: bool(unreachable(log_lines)))
        assert (follower.task.done(), follower.state.fresh_at) == (False, None)
        follower.task.cancel()


async def test_a_user_who_may_only_read_is_enough(tmp_path, follow):
    (tmp_path / "users.acl").write_text(shipped_users())
    with RedisServer(tmp_path, "--aclfile", str(tmp_path / "users.acl"), user=ADMIN) as server:
        server.set_epoch("one")
        server.publish("sid", "before")
        follower = follow(f"redis://{READER}@127.0.0.1:{server.port}/0")
        await follower.knows("before")
        server.publish("sid", "after")
        await follower.knows("after")


async def test_a_wrong_password_is_survived_and_never_fresh(tmp_path, follow):
    with RedisServer(tmp_path) as server:
        server.set_epoch("one")
        server.client.config_set("requirepass", "right")
        follower = follow(f"redis://:wrong@127.0.0.1:{server.port}")
        await asyncio.sleep(0.4)
        assert follower.state.fresh_at is None
        assert not follower.task.done()


async def test_a_stream_that_is_emptied_while_it_is_read_is_not_taken_for_the_whole(redis_server, follow, monkeypatch):
    """A gateway that starts would let the revoked in, for as long as its view may be old."""
    redis_server.publish("sid", "ses_1")
    redis_server.set_epoch("one")
    read = Redis.xrange

    async def emptied_before(self: Redis, *args: object, **kwargs: object) -> object:
        redis_server.client.flushall()
        return await read(self, *args, **kwargs)

    monkeypatch.setattr(Redis, "xrange", emptied_before)
    follower = follow(redis_server.url)
    await until(lambda: not redis_server.client.exists(following.EPOCH))
    await asyncio.sleep(0.8)
    assert follower.state.fresh_at is None
    monkeypatch.undo()
    redis_server.publish("sid", "ses_1")
    redis_server.set_epoch("two")
    await follower.knows("ses_1")
    await until(follower.is_fresh)


async def test_a_follower_that_is_behind_is_not_fresh_before_it_has_caught_up(redis_server, follow, monkeypatch):
    monkeypatch.setattr(following, "PAGE", 10)
    redis_server.set_epoch("one")
    follower = follow(redis_server.url)
    await until(follower.is_fresh)
    read, seen = Redis.xread, []

    async def behind(self: Redis, *args: object, **kwargs: object) -> object:
        if not seen:
            for number in range(45):
                redis_server.publish("sid", f"ses_{number}")
        answer = await read(self, *args, **kwargs)
        seen.append((follower.state.fresh_at, len(follower.state)))
        return answer

    monkeypatch.setattr(Redis, "xread", behind)
    await follower.knows("ses_44")
    await until(lambda: len(seen) >= 7)
    assert {fresh_at for fresh_at, known in seen if known in (10, 20, 30, 40)} == {seen[0][0]}
    await until(lambda: follower.state.fresh_at > seen[0][0])


async def test_a_primary_that_was_made_a_replica_is_left(redis_server, tmp_path, follow, log_lines):
    """By hand, or by a service that moves its name to another server: it hears of no revocation any more."""
    redis_server.set_epoch("one")
    follower = follow(redis_server.url)
    await until(follower.is_fresh)
    redis_server.client.replicaof("127.0.0.1", free_port())
    await until(lambda: not follower.is_fresh())
    assert unreachable(log_lines)
    redis_server.client.replicaof("NO", "ONE")
    await until(follower.is_fresh)


async def test_a_primary_that_lost_all_its_replicas_and_takes_no_writes_is_not_believed(redis_server, follow):
    """Cut off, it has not noticed that another one took over (redis/sentinel.conf)."""
    redis_server.set_epoch("one")
    follower = follow(redis_server.url)
    await until(follower.is_fresh)
    redis_server.client.config_set("min-replicas-max-lag", 10)
    redis_server.client.config_set("min-replicas-to-write", 1)
    await until(lambda: not follower.is_fresh())
    redis_server.client.config_set("min-replicas-to-write", 0)
    await until(follower.is_fresh)


async def test_a_clock_that_is_set_back_brings_back_what_was_forgotten(redis_server, follow, monkeypatch):
    redis_server.set_epoch("one")
    redis_server.publish("sid", "ses_1")
    follower = follow(redis_server.url)
    await follower.knows("ses_1")
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + 3600)
    follower.state.forget_expired(time.time())
    await asyncio.sleep(0.8)
    assert not revoked(follower.state, "ses_1")
    monkeypatch.undo()
    await follower.knows("ses_1")
