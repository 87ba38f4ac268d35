"""Why a token is refused. Each class has the stable machine ``code`` that a denial carries to the client.

The message is for logs and ``explain``; it never holds the token, a claim's value or a key.
"""


class TokenError(Exception):
    """A token is not accepted. Catch this one to deny."""

    code = "token_invalid"


class TokenInvalid(TokenError):
    """The token is malformed, not signed by a trusted key, or breaks the policy."""


class TokenOpaque(TokenInvalid):
    """The credential is no JWT in three parts: an opaque or reference token, or an encrypted one."""

    code = "token_opaque"


class WrongTokenKind(TokenInvalid):
    """The token is another kind than an access token (refresh, ID, logout), or lacks what the policy requires."""


class UnverifiedEmail(TokenInvalid):
    """The issuer says that the email address is not verified, and the policy refuses such tokens."""


class WrongAudience(TokenInvalid):
    """The token is for another audience, or names none."""


class NotYetValid(TokenInvalid):
    """The token was issued in the future, or its ``nbf`` lies there: clocks differ."""


class LifetimeTooLong(TokenInvalid):
    """More seconds lie between ``iat`` and ``exp`` than the policy allows, or less than one."""


class UnknownKey(TokenInvalid):
    """The token names a key that the key set does not hold; fetching the set again may help."""


class TokenExpired(TokenError):
    """The token was good once: its ``exp`` lies in the past (RFC 7519 §4.1.4)."""

    code = "token_expired"


class TokenRevoked(TokenError):
    """The token, its session or all of its user's older tokens were revoked."""

    code = "token_revoked"


class UnusableKey(Exception):
    """A key or key set cannot be used: wrong type, too short, unreadable."""

    def __init__(self, message: str, code: str = "unusable_key") -> None:
        super().__init__(message)
        self.code = code
        """Stable and machine-readable, for advice and tests."""
