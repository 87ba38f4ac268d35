"""Why a token is refused. Each class has the stable machine ``code`` that a denial carries to the client.

The message is for logs and ``explain``; it never holds the token, a claim's value or a key.
"""


class TokenError(Exception):
    """A token is not accepted. Catch this one to deny."""

    code = "token_invalid"


class TokenInvalid(TokenError):
    """The token is malformed, not signed by a trusted key, or breaks the policy."""


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
