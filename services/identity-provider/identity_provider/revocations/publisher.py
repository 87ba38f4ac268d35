"""Publishing right after the commit, so that the gateway rejects tokens within milliseconds.

An unavailable Redis must not make a sign-out fail: the entry stays in the outbox, and the relay publishes it later.
"""

from collections.abc import Sequence
from functools import cache

import structlog

from redis import RedisError

from ..configuration import current
from . import selectors
from .models import Revocation
from .redis_connection import connect
from .stream import RevocationStream

log = structlog.get_logger(__name__)


@cache
def revocation_stream() -> RevocationStream:
    """Return this process's connection to the stream."""
    return RevocationStream(connect(current().redis))


def publish_pending(ids: Sequence[int]) -> None:
    """Publish these entries of the outbox, or leave them to the relay."""
    try:
        publish(revocation_stream(), list(selectors.with_ids(ids)))
    except RedisError as error:
        log.warning("revocation_not_published_yet", error=type(error).__name__, entries=len(ids))


def publish(stream: RevocationStream, revocations: Sequence[Revocation]) -> None:
    """Append to the stream, then mark as published. Raises :class:`redis.RedisError`.

    In this order, a crash in between publishes an entry twice, which is harmless. In the other order, the entry would
    be lost.
    """
    stream.append(revocations)
    Revocation.objects.filter(pk__in=[revocation.pk for revocation in revocations]).update(published=True)
