"""System checks of the accounts, run by ``manage.py check --database default`` and every ``manage.py migrate``."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from .hashing import is_readable, kind
from .imported_hashes import samples

_NAME = re.compile(r"[a-z0-9_]{1,20}(?=\$)")


@register(Tags.database)
def password_hashes_are_readable(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Warn about accounts that can't sign in, because their hash uses an unsupported algorithm."""
    try:
        found = [sample for sample in samples().values() if not is_readable(sample)] if databases else []
    except DatabaseError:  # not migrated yet
        return []
    if not found:
        return []
    names = sorted({match.group() if (match := _NAME.match(kind(sample))) else "unknown" for sample in found})
    return [
        Warning(
            f"Some accounts have password hashes that are not accepted ({', '.join(names)}). They can't sign in.",
            hint="Accepted algorithms are Argon2, PBKDF2, bcrypt and scrypt, in Django's format. Convert the hashes "
            "or set new passwords.",
            id="identity_provider.W001",
        )
    ]
