"""The signing keys of a running process, which detects new files without a restart."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog

from vf_tokens import KeySet, SigningKey, UnusableKey, key_set_document, signing_key_from_secret

from ..configuration import SigningSettings, current
from .key_files import DatedKey, choose_signer, read_key

RELIST_INTERVAL = 2.0
"""Minimum seconds between two listings of the folder."""

log = structlog.get_logger(__name__)

_Stamp = tuple[int, int]  # a file's modification time and size; if unchanged, it isn't read again


@dataclass(frozen=True, slots=True)
class Keys:
    """The usable keys at one moment."""

    dated: tuple[DatedKey, ...]
    verification: KeySet
    document: dict[str, object]
    """The JWK Set to publish."""


class KeyRing:
    """A cache that lists the folder at most every :data:`RELIST_INTERVAL` seconds. Threads may share one."""

    def __init__(self, settings: SigningSettings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._listing = threading.Lock()
        self._files: dict[Path, tuple[_Stamp, DatedKey | None]] = {}
        self._listed_at = float("-inf")
        self._keys = _from_secret(settings.shared_secret) if settings.algorithm == "HS256" else _collect(())

    def signer(self, now: float) -> SigningKey:
        """Return the key that signs now. Raises :class:`UnusableKey` if there is none."""
        settings = self._settings
        delay = settings.activation_delay
        key = choose_signer(self.keys().dated, algorithm=settings.algorithm, now=now, activation_delay=delay)
        if key is None:
            raise UnusableKey(f"{settings.keys_dir} contains no {settings.algorithm} key")
        return key

    def keys(self) -> Keys:
        """Return all usable keys."""
        due = self._clock() - self._listed_at >= RELIST_INTERVAL
        if self._settings.algorithm != "HS256" and due:
            with self._listing:
                if self._clock() - self._listed_at >= RELIST_INTERVAL:
                    self._list()
                    self._listed_at = self._clock()
        return self._keys

    def _list(self) -> None:
        try:
            stamps = {path: _stamp(path) for path in sorted(self._settings.keys_dir.glob("*.pem"))}
        except OSError as error:
            log.error("signing_keys_unreadable", reason=error.strerror)  # continue with the known keys
            return
        if stamps == {path: stamp for path, (stamp, _) in self._files.items()}:
            return
        self._files = {path: (stamp, self._read(path, stamp)) for path, stamp in stamps.items()}
        self._keys = _collect(tuple(key for _, key in self._files.values() if key is not None))
        log.info("signing_keys_loaded", kids=list(self._keys.verification.kids))

    def _read(self, path: Path, stamp: _Stamp) -> DatedKey | None:
        known = self._files.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            return read_key(path)
        except UnusableKey as error:
            log.error("signing_key_ignored", file=path.name, reason=str(error))
            return None


@cache
def key_ring() -> KeyRing:
    """Return the key ring of this process."""
    return KeyRing(current().signing)


def _collect(dated: tuple[DatedKey, ...]) -> Keys:
    # A key in two files counts once: verifiers reject a set with a repeated key ID.
    by_kid = {item.key.kid: item.key for item in dated}
    return Keys(dated, KeySet(key.verification_key() for key in by_kid.values()), key_set_document(by_kid.values()))


def _from_secret(secret: str) -> Keys:
    return _collect((DatedKey(0, signing_key_from_secret(secret)),))


def _stamp(path: Path) -> _Stamp:
    status = path.stat()
    return status.st_mtime_ns, status.st_size
