"""Follows the Redis stream of revocations and keeps :class:`RevocationState` current.

If Redis fails, the state keeps all it knows, so a revoked token stays rejected. The data ages, and past the bound the
policy decides (docs/failure-modes.md). If Redis lost its data, the identity provider publishes everything again under
a new epoch, and the whole stream is read again. An epoch names the run of the server that it was set for: a server
that restarted or took over has the epoch too, and may lack the last entries.

The data is as fresh as the last reading that reached the end of the stream, and counts if the epoch was still there
afterwards: a stream that is emptied while it is read ends too early.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from redis.exceptions import RedisError

from vf_edge.revocations import EPOCH, STREAM, Revocation

from .state import RevocationState

BLOCK_SECONDS = 0.5
"""How long one read waits for news; also how often the epoch is looked at."""

PAGE = 5000
LONGEST_BACKOFF_SECONDS = 2.0
CLOCK_STEP_SECONDS = 30.0
"""How far the clock may be set back before all is read again. Entries outlive the last token by more than this."""

log = structlog.get_logger(__name__)

Entry = tuple[bytes, Mapping[bytes, bytes]]
Client = Any
"""redis.asyncio.Redis answering bytes; its own types cannot say that nothing is decoded."""


class NotPrimary(RedisError):
    """Nothing new can be written to this server, so that it is silent proves nothing. Another may have taken over."""


class Follower:
    """One connection to Redis for one worker. ``observe_lag`` is called with seconds for each followed entry."""

    def __init__(
        self, state: RevocationState, connect: Callable[[], Client], observe_lag: Callable[[float], None]
    ) -> None:
        self._state = state
        self._connect = connect
        self._observe_lag = observe_lag
        self._epoch: bytes | None = None
        self._last_id = b"0-0"
        self._complete_at: float | None = None
        """The moment (monotonic) from which on there was nothing more to read; None: not at the end yet."""
        self._clock_ahead = time.time() - time.monotonic()
        self._told_incomplete = False

    async def run(self) -> None:
        """Follow until cancelled, connecting again with back-off after every failure."""
        failures, fresh_before = 0, None
        while not _is_cancelled():
            redis = self._connect()
            try:
                await self._follow(redis)
            except Exception as error:  # the library trips over odd answers in many ways: no worker ends for that
                if failures == 0 or self._state.fresh_at != fresh_before:  # it has worked since the last one
                    log.warning("revocations_unreachable", reason=_reason(error))
                    failures, fresh_before = 0, self._state.fresh_at
                failures += 1
                await asyncio.sleep(min(LONGEST_BACKOFF_SECONDS, 0.05 * 2 ** min(failures, 8)))
            finally:
                await _close(redis)

    async def _follow(self, redis: Client) -> None:
        checked_at = float("-inf")
        while not _is_cancelled():
            if time.monotonic() - checked_at >= BLOCK_SECONDS:  # not for each of many entries
                checked_at = time.monotonic()
                await _check_primary(redis)
            epoch = await redis.get(EPOCH)
            if epoch is not None and epoch == self._epoch and not self._was_set_back():
                self._state.fresh_at = self._complete_at or self._state.fresh_at
                await self._read_news(redis)
            elif epoch is not None and await _is_epoch_of(redis, epoch):
                await self._read_whole(redis)
                self._epoch, self._told_incomplete = epoch, False
                log.info("revocations_loaded", entries=len(self._state))
            else:
                self._epoch = None  # flushed, or never published: what is there may not be all
                self._tell_incomplete("absent" if epoch is None else "of another run of the server")
                await asyncio.sleep(BLOCK_SECONDS / 2)

    def _tell_incomplete(self, epoch: str) -> None:
        """Once: Redis answers well, and under ``closed`` every request is refused soon. Nothing else says why."""
        if not self._told_incomplete:
            log.warning("revocations_incomplete", epoch=epoch)
            self._told_incomplete = True

    async def _read_whole(self, redis: Client) -> None:
        self._last_id, start, self._complete_at = b"0-0", b"-", None
        self._clock_ahead = time.time() - time.monotonic()
        asked = time.monotonic()
        while entries := await redis.xrange(STREAM, min=start, count=PAGE):
            self._apply(entries, followed=False)
            start, asked = b"(" + self._last_id, time.monotonic()
        self._complete_at = asked

    async def _read_news(self, redis: Client) -> None:
        asked = time.monotonic()
        answer = await redis.xread({STREAM: self._last_id}, count=PAGE, block=int(BLOCK_SECONDS * 1000))
        read = 0
        for _, entries in _streams(answer):
            self._apply(entries, followed=True)
            read += len(entries)
        self._complete_at = asked if read < PAGE else None

    def _was_set_back(self) -> bool:
        """True if what was forgotten, or passed over as expired, while the clock was ahead may be needed again."""
        ahead = time.time() - time.monotonic()
        self._clock_ahead = max(self._clock_ahead, ahead)
        return ahead < self._clock_ahead - CLOCK_STEP_SECONDS

    def _apply(self, entries: Iterable[Entry], *, followed: bool) -> None:
        now = time.time()
        for identifier, fields in entries:
            self._last_id = identifier
            try:
                revocation = Revocation.from_entry(fields)
            except ValueError:
                log.error("revocation_entry_malformed", entry=identifier.decode("ascii", "replace"))
                continue
            if revocation.expires_at > now:
                self._state.add(revocation)
            if followed:
                self._observe_lag(max(0.0, now - int(identifier.partition(b"-")[0]) / 1000))


async def _check_primary(redis: Client) -> None:
    """Raise :class:`NotPrimary` for a replica, and for a primary that takes no writes because it has lost its replicas.

    A primary that was cut off does not know that another one took over, and a worker that reaches only this one would
    receive no more revocations (``min-replicas-to-write`` in redis/sentinel.conf).
    """
    state: dict[str, object] = await redis.info("replication")
    if state.get("role", "master") != "master" or state.get("min_slaves_good_slaves") == 0:
        raise NotPrimary


async def _is_epoch_of(redis: Client, epoch: bytes) -> bool:
    """True if the epoch was set for this run of this server."""
    run: str = (await redis.info("server"))["run_id"]
    return epoch.endswith(b"@" + run.encode())


def _reason(error: BaseException) -> str:
    """What the library's ConnectionError hides, such as a certificate that is not trusted. Names only, no texts."""
    return type(error.__cause__ or error.__context__ or error).__name__


def _streams(answer: object) -> Iterable[tuple[bytes, list[Entry]]]:
    """XREAD's answer: a list of pairs in protocol 2, a mapping to pages in protocol 3."""
    if isinstance(answer, dict):
        return [(name, entries) for name, pages in answer.items() for entries in pages]
    return answer if isinstance(answer, list) else []


def _is_cancelled() -> bool:
    """Cancelling can be swallowed: redis-py sends through ``asyncio.wait_for``, which does so in Python 3.11."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _close(redis: Client) -> None:
    try:
        await redis.aclose()
    except (RedisError, OSError):
        log.debug("revocations_close_failed")
