"""Opaque identifiers: a prefix that tells what they name, and 96 random bits."""

import secrets


def new_identifier(prefix: str) -> str:
    """``usr_…``, ``ses_…``, ``tok_…``. Nobody can guess one, and nobody should parse one."""
    return f"{prefix}_{secrets.token_hex(12)}"
