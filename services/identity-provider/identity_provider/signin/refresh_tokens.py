"""Refresh tokens as values: random at sign-in, each later one derived from its predecessor.

Because the successor is derived (HMAC-SHA256 under VF_REFRESH_SECRET), two tabs that use one token get the same
successor, while the database contains only digests, which are useless to a thief.
"""

import base64
import hashlib
import hmac
import re
import secrets

_FORM = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def new_refresh_token() -> str:
    """Return 256 random bits."""
    return secrets.token_urlsafe(32)


def successor(token: str, secret: bytes) -> str:
    """Return the token that replaces ``token``. It can't be computed without the secret."""
    derived = hmac.digest(secret, b"vf-refresh:" + token.encode("ascii"), "sha256")
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode("ascii")


def digest(token: str) -> str:
    """Return the value to store. The token has 256 random bits, so it needs no salt and no slow hash."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def is_well_formed(token: str) -> bool:
    """Return True if the value has the form of a refresh token."""
    return _FORM.fullmatch(token) is not None
