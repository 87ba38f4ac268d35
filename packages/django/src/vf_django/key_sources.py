"""Sources of verification keys: a published key set by URL or file, or a shared secret.

A failing source never takes down a service that already has a key: the last valid set stays in use until a newer one
has been read. A token that names an unknown key may have been signed after a rotation, so it triggers one more read, at
most once per cool-down: otherwise anyone could make a service flood its source. Other reads don't start the cool-down,
because a key that appears right after one of them would stay unknown until the end.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from vf_tokens import KeySet, SigningKey, UnusableKey, parse_key_set

COOL_DOWN = 10.0
"""Minimum seconds between two reads that unknown keys or an expired set trigger."""

RETRY = 1.0
"""Seconds between two reads until the first succeeds. Until then, every request is anonymous."""

MAX_AGE = 300.0
"""Seconds after which a set is read again, so that a withdrawn key is forgotten."""

FETCH_TIMEOUT = 2.0
"""Seconds that a fetch may block one request."""

MAX_DOCUMENT_BYTES = 262_144
"""Maximum size of a key set document."""

log = structlog.get_logger("vf_django.keys")


class KeysUnavailable(Exception):
    """No key set could be read yet, so nothing can be verified."""


class KeySource(Protocol):
    """A source of the current verification keys."""

    def current(self) -> KeySet:
        """Return the newest known set. Raises :class:`KeysUnavailable` if none was ever read."""
        ...

    def renewed(self) -> KeySet:
        """Return the set after a token named an unknown key: read it again, unless the cool-down is running."""
        ...


class StaticKeys:
    """Keys that don't change during the process: a shared secret, or a test's key."""

    def __init__(self, *keys: SigningKey) -> None:
        self._keys = KeySet(key.verification_key() for key in keys)

    def current(self) -> KeySet:
        """Return the set."""
        return self._keys

    def renewed(self) -> KeySet:
        """Return the set, unchanged."""
        return self._keys


class PublishedKeys:
    """A key set document, read on first use and cached. Threads may share one."""

    def __init__(self, read: Callable[[], bytes], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._reading = threading.Lock()
        self._keys: KeySet | None = None
        self._read_at = self._tried_at = self._renewed_at = float("-inf")

    def current(self) -> KeySet:
        """Return the newest known set. One thread renews an old set, while the others continue with it."""
        keys = self._keys or self._first()
        if self._is_old() and self._reading.acquire(blocking=False):
            try:
                self._try_read()
            finally:
                self._reading.release()
        return self._keys or keys

    def renewed(self) -> KeySet:
        """Read the set again, unless the cool-down is running, and return it."""
        keys = self._keys or self._first()
        with self._reading:
            if self._clock() - self._renewed_at >= COOL_DOWN:
                self._renewed_at = self._clock()
                self._try_read()
        return self._keys or keys

    def _first(self) -> KeySet:
        with self._reading:
            if self._keys is None and self._clock() - self._tried_at >= RETRY:
                self._try_read()
        if self._keys is None:
            raise KeysUnavailable("no key set could be read yet")
        return self._keys

    def _is_old(self) -> bool:
        now = self._clock()
        return now - self._read_at > MAX_AGE and now - self._tried_at >= COOL_DOWN

    def _try_read(self) -> None:
        try:
            self._keys = parse_key_set(self._read())
            self._read_at = self._clock()
        except (OSError, ValueError, UnusableKey) as error:
            log.warning("key_set_unreadable", reason=str(error), kept=self._keys is not None)
        finally:
            self._tried_at = self._clock()  # at the end: a source that hangs blocks one request at a time


def keys_from_file(path: str) -> PublishedKeys:
    """Return the key set in a file."""
    return PublishedKeys(Path(path).read_bytes)


def keys_from_url(url: str) -> PublishedKeys:
    """Return the key set at an ``http`` or ``https`` URL."""
    return PublishedKeys(lambda: _fetch(url))


def _fetch(url: str) -> bytes:
    # Imported here: a service that reads a file, and every manage.py command, starts faster without them.
    from http.client import HTTPException
    from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

    class NoRedirect(HTTPRedirectHandler):
        """A handler that turns redirects into errors: a key set that moved is a mistake or an attack."""

        def redirect_request(self, *args: object, **kwargs: object) -> None:
            """Reject the redirect."""

    if not url.startswith(("http://", "https://")):
        raise ValueError("the key set's URL is not http or https")
    request = Request(url, headers={"Accept": "application/jwk-set+json, application/json"})  # noqa: S310 (checked above)
    try:
        # Proxy settings of the environment are ignored: a proxy could insert its own keys.
        with build_opener(ProxyHandler({}), NoRedirect()).open(request, timeout=FETCH_TIMEOUT) as response:
            document: bytes = response.read(MAX_DOCUMENT_BYTES + 1)
    except HTTPException as error:
        raise OSError("the key set's server does not speak HTTP") from error
    if len(document) > MAX_DOCUMENT_BYTES:
        raise ValueError("the key set document is too long")
    return document
