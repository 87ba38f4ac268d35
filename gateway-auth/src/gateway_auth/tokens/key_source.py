"""Key sets of issuers: fetched asynchronously, kept, and never waited for by a request that is decided.

When the source fails, the last good set stays in force. Tokens with unknown key ids cause at most one fetch
per cool-down, however many arrive; the regular fetches do not count, or a key that is published right after one
of them would be unknown for the rest of the cool-down.
"""

import asyncio
import time
from collections.abc import Callable

import aiohttp
import structlog

from vf_tokens import KeySet, UnusableKey, parse_key_set

from .key_download import FetchFailure, download, failure_of

FETCH_SECONDS = 3.0
COOL_DOWN_SECONDS = 10.0
RETRY_SECONDS = 1.0
MAX_DOCUMENT_BYTES = 262_144

log = structlog.get_logger(__name__)


class KeySource:
    """Where an issuer's keys come from. This one has nothing to learn."""

    def __init__(self, keys: KeySet, fetched_at: float | None) -> None:
        self.keys = keys
        self.fetched_at = fetched_at
        """Monotonic seconds of the last successful reading; None: never yet."""
        self.failure: FetchFailure | None = None
        """Why the last reading failed; None if it did not."""

    async def run(self) -> None:
        """Keep the keys current until cancelled."""

    def may_learn(self) -> bool:
        """Whether :meth:`learn` would look for new keys, or is looking."""
        return False

    async def learn(self) -> bool:
        """Look for new keys now, at most once per cool-down; True if the set changed."""
        return False


class FixedKeys(KeySource):
    """Keys from a setting or file: they never change while the process lives."""

    def __init__(self, keys: KeySet) -> None:
        super().__init__(keys, time.monotonic())


class FetchedKeys(KeySource):
    """Keys published at an address (RFC 7517 §5)."""

    def __init__(
        self, url: str, algorithms: tuple[str, ...], *, refresh_seconds: float, on_change: Callable[[], None]
    ) -> None:
        super().__init__(KeySet(()), None)
        self.url = url
        self._algorithms = algorithms
        self._refresh_seconds = refresh_seconds
        self._on_change = on_change
        self._document = b""
        self._learned_at = float("-inf")
        self._fetching: asyncio.Task[bool] | None = None

    async def run(self) -> None:
        """Fetch again every ``refresh_seconds``; quickly again while no set was ever fetched."""
        while True:
            await asyncio.shield(self._start_fetch())
            await asyncio.sleep(RETRY_SECONDS if self.fetched_at is None else self._refresh_seconds)

    def may_learn(self) -> bool:
        """False during the cool-down, unless a fetch is under way."""
        return self._fetching is not None or time.monotonic() - self._learned_at >= COOL_DOWN_SECONDS

    async def learn(self) -> bool:
        """Fetch because of an unknown key id. Requests that arrive meanwhile share the one fetch."""
        if not self.may_learn():
            return False
        if self._fetching is None:
            self._learned_at = time.monotonic()
        return await asyncio.shield(self._start_fetch())

    def _start_fetch(self) -> "asyncio.Task[bool]":
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(lambda _: setattr(self, "_fetching", None))
        return self._fetching

    async def _fetch(self) -> bool:
        try:
            document = await download(self.url, seconds=FETCH_SECONDS, most_bytes=MAX_DOCUMENT_BYTES)
            keys = parse_key_set(document, self._algorithms)
        except (aiohttp.ClientError, TimeoutError, OSError, UnusableKey) as error:
            self.failure = failure_of(error, self.url, seconds=FETCH_SECONDS)
            log.warning("key_set_fetch_failed", url=self.url, code=self.failure.code, reason=self.failure.words)
            return False
        self.failure = None
        self.fetched_at = time.monotonic()
        if document == self._document:
            return False
        self._document, self.keys = document, keys
        log.info("key_set_changed", url=self.url, kids=list(keys.kids))
        self._on_change()
        return True
