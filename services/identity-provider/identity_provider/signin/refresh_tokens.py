"""Refresh tokens as values. Random at sign-in; each later one follows from the one before.

Because the successor is derived (HMAC-SHA256 under VF_REFRESH_SECRET), two tabs that use one token get the same
successor, while the database holds only digests: whoever reads it can use none.
"""

import base64
import hashlib
import hmac
import re
import secrets

_FORM = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def new_refresh_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def successor(token: str, secret: bytes) -> str:
    """The token that replaces ``token``; nobody can tell it without the secret."""
    derived = hmac.digest(secret, b"vf-refresh:" + token.encode("ascii"), "sha256")
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode("ascii")


def digest(token: str) -> str:
    """What is stored. No salt and no slow hash: the token has 256 bits, nobody can try them all."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def is_well_formed(token: str) -> bool:
    """True if it could be one of ours."""
    return _FORM.fullmatch(token) is not None
