"""The Redis stream of revocations: its keys, and one entry of it (docs/headers.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from vf_tokens.claims import MAX_TIME

STREAM = "vf:revocations"
EPOCH = "vf:revocations:epoch"
"""Exists while the stream is complete. Its value ends with ``@`` and the run ID of the Redis that it was set for."""

KINDS = ("jti", "sid", "sub")
MAX_IDENTIFIER_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Revocation:
    """A revoked token (``jti``), session (``sid``), or all older tokens of a user (``sub``)."""

    kind: str
    identifier: str
    not_before: int
    """For ``sub``: tokens issued at or before this second are revoked."""
    expires_at: int
    """The second after which no token that it concerns can be alive."""

    @classmethod
    def from_entry(cls, fields: Mapping[bytes, bytes]) -> Self:
        """Read one entry of the stream. Raises :class:`ValueError` if it is malformed."""
        kind, identifier = fields.get(b"kind", b"").decode(), fields.get(b"id", b"")
        if kind not in KINDS or not 0 < len(identifier) <= MAX_IDENTIFIER_BYTES:
            raise ValueError("unknown kind or no identifier")
        not_before, expires = int(fields.get(b"nbf", b"")), int(fields.get(b"exp", b""))
        if not (0 <= not_before <= MAX_TIME and 0 <= expires <= MAX_TIME):
            raise ValueError("a time out of range")
        return cls(kind, identifier.decode(), not_before, expires)
