"""The Redis stream from which the gateway reads revocations (docs/headers.md).

``vf:revocations`` has one entry per revocation. ``vf:revocations:epoch`` exists while the stream is complete: a Redis
that lost its data has lost the epoch too, and a changed epoch makes every gateway read the whole stream again. The
epoch contains the run ID of the server for which it was set: a server that restarted or took over may lack the last
entries although it has the epoch.
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
"""Seconds that the stream keeps an entry: the maximum lifetime of an access token, and a margin."""

_FILLING = "filling"
"""Prefix of the epoch while an empty server is being filled. Gateways treat such a stream as incomplete."""

BATCH = 1000
"""Entries sent in one round trip."""


class RevocationStream:
    """A writer of the stream. Every method raises :class:`redis.RedisError` if Redis is unavailable."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._epoch: Any = None
        """The epoch under which this process sends, or has sent, all entries."""

    def append(self, revocations: "Sequence[Revocation]") -> None:
        """Add entries in their order. Adding an entry twice is harmless."""
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
        """Delete the oldest entries, by the clock of the server that dated them: another clock could
        delete too much.
        """
        seconds, _ = self._client.time()
        self._client.xtrim(STREAM, minid=(seconds - KEPT) * 1000, approximate=True)

    def begin(self) -> None:
        """Start sending every live entry. From now on an epoch exists, unless Redis loses its data again."""
        self._client.set(EPOCH, f"{_FILLING}-{secrets.token_hex(8)}", nx=True)
        self._epoch = self._client.get(EPOCH)

    def declare_complete(self, run: str) -> bool:
        """Set a new epoch after every live entry was sent to this server. Return False if it was emptied since.

        An existing epoch isn't sufficient: another relay may have started again on the emptied server.
        """
        if self._client.get(EPOCH) != self._epoch:
            return False
        self._epoch = f"{secrets.token_hex(8)}@{run}"
        return bool(self._client.set(EPOCH, self._epoch, xx=True))

    def is_declared_complete(self, run: str) -> bool:
        """Return True if there is an epoch for the current run of the server."""
        return str(self._client.get(EPOCH)).endswith(f"@{run}")

    def is_empty(self) -> bool:
        """Return True if the stream contains no entries."""
        return not self._client.xlen(STREAM)

    def added(self) -> int:
        """Return how many entries were ever added; less than before if the stream was lost and recreated."""
        return int(self._client.xinfo_stream(STREAM)["entries-added"]) if self._client.exists(STREAM) else 0

    def server_run(self) -> str:
        """Return an ID that changes when the server restarts, or when Sentinel chooses another one."""
        server = self._client.info("server", "replication")
        if server.get("role", "master") != "master":
            self._leave()
            raise ReadOnlyError("the server is a replica")
        if "run_id" not in server:
            raise RedisError("the server reports no run_id: it is not Redis")
        return str(server["run_id"])

    def _leave(self) -> None:
        """Disconnect, so that the next command resolves the name or asks the sentinels again: another server may be
        primary now.
        """
        self._client.connection_pool.disconnect(inuse_connections=False)


def _fields(revocation: "Revocation") -> dict[Any, Any]:
    return {
        "kind": revocation.kind,
        "id": revocation.subject,
        "nbf": revocation.not_before,
        "exp": revocation.expires_at,
    }
