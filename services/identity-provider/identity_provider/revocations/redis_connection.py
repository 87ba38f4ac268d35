"""A Redis client for writing revocations: one server, or the primary that sentinels name."""

from typing import Any

from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from redis import Redis
from vf_runtime import RedisAddress

CONNECT_TIMEOUT = 0.5
"""Seconds. A sign-out waits this long for an unavailable Redis, and then continues."""

ANSWER_TIMEOUT = 1.0
"""Seconds that Redis has for a response."""


def connect(address: RedisAddress) -> Redis:
    """Return a client, which connects on first use."""
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "socket_timeout": ANSWER_TIMEOUT,
        # Failed entries stay in the outbox: the relay retries, so a sign-out need not.
        "retry": Retry(NoBackoff(), 0),
        "decode_responses": True,
        "health_check_interval": 15,
    }
    if not address.sentinels:
        return Redis.from_url(address.url, **options)
    options |= address.tls_options()
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        address.sentinels,
        sentinel_kwargs=options,
        username=address.username,
        password=address.password,
        db=address.database,
        **options,
    )
    client: Redis = sentinel.master_for(address.service)  # type: ignore[no-untyped-call]
    return client
