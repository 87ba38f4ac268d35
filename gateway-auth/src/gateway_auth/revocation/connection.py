"""Connects to Redis as the settings say; every wait is bounded."""

from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

from vf_runtime import RedisAddress

from .follower import BLOCK_SECONDS

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = BLOCK_SECONDS + 2.0


def connector(address: RedisAddress) -> Callable[[], Redis]:
    """A function that makes a client for the current master; nothing is connected before its first command."""
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
        "socket_keepalive": True,
        "retry": Retry(NoBackoff(), 0),  # the follower has a back-off of its own
    }
    if not address.sentinels:
        return lambda: Redis.from_url(address.url, single_connection_client=True, **options)
    options |= address.tls_options()
    credentials: dict[str, Any] = {"username": address.username, "password": address.password}

    def connect() -> Redis:
        sentinel = Sentinel(list(address.sentinels), sentinel_kwargs=options, **options)  # type: ignore[no-untyped-call]
        client: Redis = sentinel.master_for(address.service, _OfGroup, db=address.database, **credentials)
        return client

    return connect


class _OfGroup(Redis):
    """A client that closes its connections to the sentinels too: the library leaves them to the garbage collector."""

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        try:
            await super().aclose(close_connection_pool)
        finally:
            await self.connection_pool.sentinel_manager.aclose()  # type: ignore[attr-defined]  # the pool of a group
