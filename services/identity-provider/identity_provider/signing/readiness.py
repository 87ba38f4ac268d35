"""The readiness check of the signing keys."""

import time

from vf_tokens import UnusableKey

from .key_ring import key_ring


def signing_key() -> str | None:
    """Check that there is a key to sign with."""
    try:
        key_ring().signer(time.time())
    except UnusableKey as error:
        return str(error)
    return None
