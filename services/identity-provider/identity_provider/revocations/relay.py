"""The relay: publishes what could not be published at once, and everything when Redis has lost its data."""

import threading
import time
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections

from redis import RedisError

from . import selectors
from .publisher import publish
from .stream import BATCH, RevocationStream

INTERVAL = 1.0
"""Seconds between two rounds."""

LONGEST_BACK_OFF = 15.0
"""Maximum seconds between two attempts while Redis or the database is unavailable."""

TRIMMING_INTERVAL = 300.0
"""Seconds between two deletions of expired entries of the stream."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Relay:
    """The loop of the relay process. Two at once are harmless: some entries are published twice."""

    stream: RevocationStream
    interval: float = INTERVAL
    stopping: threading.Event = field(default_factory=threading.Event)
    _server_run: str | None = None
    """The server that has received everything."""
    _added: int = 0
    """The number of entries that it had received at the last round."""
    _trimmed_at: float = float("-inf")
    _failures: int = 0

    def run(self) -> None:
        """Run until :attr:`stopping` is set."""
        log.info("revocation_relay_started")
        self.try_round()
        while not self.stopping.wait(self._pause()):
            self.try_round()
        log.info("revocation_relay_stopped")

    def try_round(self) -> bool:
        """Run one round. Log an outage once when it begins, and once when it ends."""
        try:
            close_old_connections()
            self.round(now=time.time())
        except (RedisError, DatabaseError, InterfaceError) as error:
            if not self._failures:
                log.error("revocation_relay_cannot_work", error=type(error).__name__, reason=str(error))
            self._failures += 1
            return False
        if self._failures:
            log.info("revocation_relay_works_again", failed_rounds=self._failures)
        self._failures = 0
        return True

    def round(self, *, now: float) -> None:
        """Publish the pending entries, and delete the stream's expired ones."""
        run = self.stream.server_run()
        if run != self._server_run or self._is_incomplete(run, now=now):
            self._server_run = run if self._publish_all(run, now=now) else None
        while pending := list(selectors.unpublished(now=now)[:BATCH]):
            publish(self.stream, pending)
        self._added = self.stream.added()
        if time.monotonic() - self._trimmed_at > TRIMMING_INTERVAL:
            self.stream.trim()
            self._trimmed_at = time.monotonic()

    def _is_incomplete(self, run: str, *, now: float) -> bool:
        if not self.stream.is_declared_complete(run) or self.stream.added() < self._added:
            return True
        return self.stream.is_empty() and selectors.live(now=now).filter(published=True).exists()

    def _publish_all(self, run: str, *, now: float) -> bool:
        """Publish every live entry, page by page to bound memory. Return False if Redis was emptied meanwhile."""
        last, count = 0, 0
        self.stream.begin()
        while page := list(selectors.live(now=now).filter(pk__gt=last)[:BATCH]):
            publish(self.stream, page)
            last, count = page[-1].pk, count + len(page)
            if self.stopping.is_set():
                return False
        complete = self.stream.declare_complete(run)
        log.info("revocations_published_again", entries=count, complete=complete)
        return complete

    def _pause(self) -> float:
        return min(self.interval * 2.0 ** min(self._failures, 10), LONGEST_BACK_OFF)
