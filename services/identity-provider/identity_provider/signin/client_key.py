"""A secret that the client keeps out of its cookies: who has copied the cookies does not have it.

The website's sign-in page makes one for each sign-in and keeps it in the browser's storage. With it, the grace of a
refresh is bound to that browser, whatever network it is in now.
"""

import hashlib
import hmac

from rest_framework import serializers

FORM = r"^[A-Za-z0-9_-]{32,128}\Z"


class ClientKeyField(serializers.RegexField):
    """At least 192 random bits in base64url. Optional."""

    def __init__(self) -> None:
        super().__init__(
            FORM,
            required=False,
            default="",
            trim_whitespace=False,
            help_text="A random secret of this client in 32 to 128 characters of base64url, for all of a session.",
            error_messages={"invalid": "Give 32 to 128 characters of base64url, or leave the field out."},
        )


def digest(key: str) -> str:
    """What is stored. Random as it is, the key needs no salt and no slow hash."""
    return hashlib.sha256(key.encode("ascii")).hexdigest() if key else ""


def is_right(key: str, stored: str) -> bool:
    """True if ``key`` is the one whose digest is ``stored``; never without one."""
    return bool(key and stored) and hmac.compare_digest(digest(key), stored)
