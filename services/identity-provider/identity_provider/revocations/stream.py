"""The Redis stream through which the edge hears of revocations (docs/headers.md).

``vf:revocations`` has one entry a revocation. ``vf:revocations:epoch`` is there while the stream is complete: a Redis
that lost its data has lost the epoch too, and a changed epoch makes every gateway read the whole stream again. It names
the run of the server that it was set for: one that restarted or took over may lack the last entries and yet have it.
"""

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from redis import ReadOnlyError, Redis, RedisError

if TYPE_CHECKING:  # probe.py uses this module without Django
    from .models import Revocation

STREAM = "vf:revocations"
EPOCH = "vf:revocations:epoch"

KEPT = 3600 + 300
"""Seconds that the stream keeps an entry: the longest life of an access token, and a margin."""

_FILLING = "filling"
"""How the epoch of an empty server begins until it has everything; no gateway believes it."""

BATCH = 1000
"""Entries sent in one round trip."""


class RevocationStream:
    """Writes the stream. Every method raises :class:`redis.RedisError` when Redis is away."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._epoch: Any = None
        """The epoch under which this process sends everything, or has sent it."""

    def append(self, revocations: "Sequence[Revocation]") -> None:
        """Add entries in their order. Adding one twice does no harm."""
        for start in range(0, len(revocations), BATCH):
            pipeline = self._client.pipeline(transaction=False)
            for revocation in revocations[start : start + BATCH]:
                pipeline.xadd(STREAM, _fields(revocation))
            try:
                pipeline.execute()
            except ReadOnlyError:
                self._leave()
                raise

    def trim(self) -> None:
        """Drop the oldest entries, by the clock of the server that dated them: another one would drop too much."""
        seconds, _ = self._client.time()
        self._client.xtrim(STREAM, minid=(seconds - KEPT) * 1000, approximate=True)

    def begin(self) -> None:
        """Call before every live entry is sent. An epoch is there from now on, unless everything is lost meanwhile."""
        self._client.set(EPOCH, f"{_FILLING}-{secrets.token_hex(8)}", nx=True)
        self._epoch = self._client.get(EPOCH)

    def declare_complete(self, run: str) -> bool:
        """Set a new epoch, once every live entry was sent to the server of this run. False if it was emptied since.

        That an epoch is there is not enough: another relay may have begun anew on the emptied server.
        """
        if self._client.get(EPOCH) != self._epoch:
            return False
        self._epoch = f"{secrets.token_hex(8)}@{run}"
        return bool(self._client.set(EPOCH, self._epoch, xx=True))

    def is_declared_complete(self, run: str) -> bool:
        """True if there is an epoch for the server of this run."""
        return str(self._client.get(EPOCH)).endswith(f"@{run}")

    def is_empty(self) -> bool:
        """True if the stream holds nothing."""
        return not self._client.xlen(STREAM)

    def added(self) -> int:
        """How many entries were ever added; less than before if the stream was lost and begun anew."""
        return int(self._client.xinfo_stream(STREAM)["entries-added"]) if self._client.exists(STREAM) else 0

    def server_run(self) -> str:
        """An id that changes when the server restarts, or when Sentinel chooses another one."""
        server = self._client.info("server", "replication")
        if server.get("role", "master") != "master":
            self._leave()
            raise ReadOnlyError("the server is a replica")
        if "run_id" not in server:
            raise RedisError("the server does not name its run: it is no Redis")
        return str(server["run_id"])

    def _leave(self) -> None:
        """The next command connects anew: the name may belong to another server by now, the sentinels know one."""
        self._client.connection_pool.disconnect(inuse_connections=False)


def _fields(revocation: "Revocation") -> dict[Any, Any]:
    return {
        "kind": revocation.kind,
        "id": revocation.subject,
        "nbf": revocation.not_before,
        "exp": revocation.expires_at,
    }
