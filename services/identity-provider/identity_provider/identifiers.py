"""Opaque identifiers: a prefix for the kind of object, and 96 random bits."""

import secrets


def new_identifier(prefix: str) -> str:
    """Return ``usr_…``, ``ses_…`` or ``tok_…``. It can't be guessed. Clients must not parse it."""
    return f"{prefix}_{secrets.token_hex(12)}"
