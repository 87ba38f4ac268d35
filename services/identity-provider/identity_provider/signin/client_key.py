"""A secret that the client keeps outside its cookies, so that an attacker who has copied the cookies doesn't have it.

The website generates one for each browser and keeps it in the browser's storage. It binds the grace
period of a refresh to that browser, whatever its network is now.
"""

import hashlib
import hmac

from rest_framework import serializers

FORM = r"^[A-Za-z0-9_-]{32,128}\Z"


class ClientKeyField(serializers.RegexField):
    """An optional field for at least 192 random bits in base64url."""

    def __init__(self) -> None:
        super().__init__(
            FORM,
            required=False,
            default="",
            trim_whitespace=False,
            help_text="A random secret of this client (32 to 128 base64url characters), used for the whole session.",
            error_messages={"invalid": "Use 32 to 128 base64url characters, or omit the field."},
        )


def digest(key: str) -> str:
    """Return the value to store. The key is random, so it needs no salt and no slow hash."""
    return hashlib.sha256(key.encode("ascii")).hexdigest() if key else ""


def is_right(key: str, stored: str) -> bool:
    """Return True if ``stored`` is the digest of ``key``; never if one of them is missing."""
    return bool(key and stored) and hmac.compare_digest(digest(key), stored)
