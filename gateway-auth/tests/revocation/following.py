"""A follower at work, and how a test waits for it."""

import asyncio
import time
from collections.abc import Callable

from gateway_auth.revocation.connection import connector
from gateway_auth.revocation.follower import Follower
from gateway_auth.revocation.state import Marks, RevocationState, mark
from vf_runtime import parse_redis_address


def revoked(state: RevocationState, session: str) -> bool:
    return state.is_revoked(Marks(mark("jti", ""), mark("sid", session), mark("sub", ""), 0))


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> float:
    """Wait for ``condition``; the seconds that it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "it did not happen in time"
        await asyncio.sleep(0.002)
    return time.monotonic() - started


class Following:
    """A follower at work."""

    def __init__(self, url: str) -> None:
        self.state = RevocationState()
        self.lags: list[float] = []
        connect = connector(parse_redis_address("VF_REDIS_URL", url))
        self.task = asyncio.create_task(Follower(self.state, connect, self.lags.append).run())

    async def knows(self, session: str, seconds: float = 5.0) -> float:
        return await until(lambda: revoked(self.state, session), seconds)

    def is_fresh(self) -> bool:
        return self.state.fresh_at is not None and time.monotonic() - self.state.fresh_at < 1.2
