"""Reasons for rejecting a token. Each class has the stable ``code`` that the denial sends to the client.

Messages are for logs and ``explain``. They never contain the token, a claim's value or a key.
"""


class TokenError(Exception):
    """A token is rejected. Catch this class to deny a request."""

    code = "token_invalid"


class TokenInvalid(TokenError):
    """The token is malformed, not signed by a trusted key, or breaks the policy."""


class TokenOpaque(TokenInvalid):
    """The credential isn't a JWT in three parts: an opaque or reference token, or an encrypted one."""

    code = "token_opaque"


class WrongTokenKind(TokenInvalid):
    """The token isn't an access token (but a refresh, ID or logout token), or lacks what the policy requires."""


class UnverifiedEmail(TokenInvalid):
    """The issuer reports that the email address is not verified, and the policy rejects such tokens."""


class WrongAudience(TokenInvalid):
    """The token is for another audience, or has none."""


class NotYetValid(TokenInvalid):
    """``iat`` or ``nbf`` is in the future: clocks differ."""


class LifetimeTooLong(TokenInvalid):
    """The time between ``iat`` and ``exp`` is longer than the policy allows, or less than one second."""


class UnknownKey(TokenInvalid):
    """The token names a key that the key set does not contain. Fetching the set again may help."""


class TokenExpired(TokenError):
    """The token was valid, and its ``exp`` is in the past (RFC 7519 §4.1.4)."""

    code = "token_expired"


class TokenRevoked(TokenError):
    """The token, its session or all of its user's older tokens were revoked."""

    code = "token_revoked"


class UnusableKey(Exception):
    """A key or key set is unusable: wrong type, too short, unreadable."""

    def __init__(self, message: str, code: str = "unusable_key") -> None:
        super().__init__(message)
        self.code = code
        """Stable code, for advice and tests."""
