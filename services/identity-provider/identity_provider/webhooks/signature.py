"""Signatures of Standard Webhooks (https://www.standardwebhooks.com), symmetric, version v1."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64


def key_of(secret: str) -> bytes:
    """Return the bytes of a secret ``whsec_<base64>``. Raises :class:`ValueError` with what it must be."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True) if secret.startswith(PREFIX) else b""
    except binascii.Error:
        key = b""
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise ValueError(f"{PREFIX} and the base64 of {LEAST_BYTES} to {MOST_BYTES} random bytes")
    return key


def headers(keys: Iterable[bytes], *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers. Each key adds a signature, so that a receiver can change its key."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    digests = [hmac.digest(key, signed, hashlib.sha256) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests),
    }
