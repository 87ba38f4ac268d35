"""An authenticator app: RFC 6238 over the secret that a page shows."""

import base64
import hmac
import time


class AuthenticatorApp:
    """Each code that the app shows was not used before: the server accepts three steps of 30 seconds."""

    def __init__(self, secret: str) -> None:
        compact = secret.replace(" ", "")
        self._key = base64.b32decode(compact + "=" * (-len(compact) % 8))
        self._ahead = -1

    def code(self) -> str:
        """Return the next code."""
        step = int(time.time()) // 30 + self._ahead
        self._ahead += 1
        digest = hmac.digest(self._key, step.to_bytes(8, "big"), "sha1")
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 10**6:06d}"
