"""What the follower asks a Redis about itself: whether it is the one that revocations are written to."""

from typing import Any

from redis.exceptions import RedisError


class NotPrimary(RedisError):
    """Nothing new can be written to this server, so that it is silent proves nothing. Another may have taken over."""


async def check_primary(redis: Any) -> None:
    """Raise :class:`NotPrimary` for a replica, and for a primary that takes no writes because it has lost its replicas.

    The second is ``min-replicas-to-write`` (redis/sentinel.conf): a primary that was cut off does not know that
    another one took over, and whoever reaches only it would hear of no revocation any more.
    """
    state: dict[str, object] = await redis.info("replication")
    if state.get("role", "master") != "master" or state.get("min_slaves_good_slaves") == 0:
        raise NotPrimary


async def is_epoch_of(redis: Any, epoch: bytes) -> bool:
    """True if the epoch was set for this run of this server."""
    run: str = (await redis.info("server"))["run_id"]
    return epoch.endswith(b"@" + run.encode())
