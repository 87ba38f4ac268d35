"""Checks before the first request that settings alone can't decide."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connections

from vf_tokens import UnusableKey

from .accounts.demo import DEMO_IDS
from .accounts.selectors import existing_ids
from .configuration import SigningSettings, current
from .signing.key_files import read_key, write_new_key
from .signing.key_ring import key_ring


class StartupError(Exception):
    """The service must not start. The message is one line that says what to do."""


def stop_unless_ready() -> None:
    """End the process with one line if it must not serve."""
    try:
        check()
    except StartupError as error:
        sys.exit(f"error: {error}")


def check() -> None:
    """Raise :class:`StartupError` if database, keys or other files are unusable."""
    settings = current()
    if settings.production:
        _refuse_demo_users()
    else:
        _make_first_key(settings.signing)
    try:
        key_ring().signer(time.time())
    except UnusableKey as error:
        raise StartupError(f"VF_SIGNING_KEYS_DIR: {error}. Create one with manage.py rotate_signing_key") from error


def _make_first_key(signing: SigningSettings) -> None:
    """Create a key in development, on the first start and after a change of the algorithm."""
    usable = any(_is_key_of(signing.algorithm, path) for path in signing.keys_dir.glob("*.pem"))
    if signing.algorithm != "HS256" and not usable:
        write_new_key(signing.keys_dir, algorithm=signing.algorithm, now=datetime.now(UTC))


def _is_key_of(algorithm: str, path: Path) -> bool:
    try:
        return read_key(path).key.algorithm == algorithm
    except UnusableKey:
        return False


def _refuse_demo_users() -> None:
    try:
        found = existing_ids(DEMO_IDS)
    except (DatabaseError, InterfaceError) as error:
        raise StartupError(
            f"DATABASE_URL: the database must be reachable and migrated before the start ({type(error).__name__})"
        ) from error
    finally:
        connections.close_all()  # gunicorn forks after this; connections must not be shared
    if found:
        raise StartupError(f"the database contains demo users ({', '.join(sorted(found))}): production must have none")
