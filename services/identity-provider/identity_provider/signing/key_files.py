"""Signing keys as files: ``<UTC time>.pem``, one private key each.

The name is the time from which a key is published. All keys are published; the newest that has been published for the
activation delay signs. So every verifier knows a key before it receives a token signed with it.
"""

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vf_tokens import SigningKey, UnusableKey, generate_pem, signing_key_from_pem

from .. import audit

NAME_FORMAT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class DatedKey:
    """A signing key and the second since 1970 from which it is published."""

    published_at: float
    key: SigningKey


def read_key(path: Path) -> DatedKey:
    """Read one file. Raises :class:`UnusableKey` if its name isn't a time, or it contains no usable private key."""
    try:
        published_at = datetime.strptime(path.stem, NAME_FORMAT).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise UnusableKey("the file's name is not a UTC time such as 20261122T181400Z.pem") from error
    try:
        return DatedKey(published_at, signing_key_from_pem(path.read_bytes()))
    except OSError as error:
        raise UnusableKey(f"the file cannot be read ({error.strerror})") from error


def choose_signer(keys: Iterable[DatedKey], *, algorithm: str, now: float, activation_delay: int) -> SigningKey | None:
    """Return the newest key of ``algorithm`` whose activation delay is over, else the oldest, else None."""
    candidates = sorted((key for key in keys if key.key.algorithm == algorithm), key=lambda key: key.published_at)
    known = [key for key in candidates if key.published_at + activation_delay <= now]
    if known:
        return known[-1].key
    return candidates[0].key if candidates else None


def write_new_key(folder: Path, *, algorithm: str, now: datetime) -> Path:
    """Create a key that only this account can read, and return its path. The file is created atomically.

    Raises :class:`FileExistsError` if a key was created in the same second, another :class:`OSError` if the folder is
    not writable.
    """
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True)
    path = folder / f"{now.astimezone(UTC).strftime(NAME_FORMAT)}.pem"
    descriptor, unfinished = tempfile.mkstemp(dir=folder, suffix=".new")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(generate_pem(algorithm))
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # unlike rename, it never replaces a file
    finally:
        Path(unfinished).unlink()
    audit.record(audit.Event.SIGNING_KEY_CREATED, file=path.name)
    return path
