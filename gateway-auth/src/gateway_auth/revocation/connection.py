"""Connects to Redis as the settings say; every wait is bounded."""

from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.sentinel import Sentinel

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
    }
    if not address.sentinels:
        return lambda: Redis.from_url(address.url, single_connection_client=True, **options)
    credentials: dict[str, Any] = {"username": address.username, "password": address.password}

    def connect() -> Redis:
        sentinel = Sentinel(list(address.sentinels), sentinel_kwargs=options, **options)  # type: ignore[no-untyped-call]
        client: Redis = sentinel.master_for(address.service, db=address.database, **credentials)
        return client

    return connect
