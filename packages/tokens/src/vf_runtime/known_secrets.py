"""Publicly known secrets: those in this repository, and values that documents elsewhere suggest.

Production rejects them wherever a secret is read (:meth:`Environment.refuse_known`). A test searches the repository's
files for values assigned to a secret, and fails for any that is not listed here.
"""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

DEVELOPMENT_SECRET_KEY = "vf-services-development-secret-key-not-for-production"  # noqa: S105
DEVELOPMENT_REFRESH_SECRET = "development-only-refresh-secret-0123456789"  # noqa: S105
DEVELOPMENT_JWT_SECRET = "development-only-jwt-secret-0123456789abcdef"  # noqa: S105
"""The default in development."""

_SECRETS = (
    DEVELOPMENT_SECRET_KEY,
    DEVELOPMENT_REFRESH_SECRET,
    DEVELOPMENT_JWT_SECRET,
    "collecting-static-files-needs-no-secret",
    "a-test-needs-no-secret-but-django-wants-one",
    "a shared secret of more than thirty-two bytes",
    "a secret of 32 characters or so.",
    "another secret of 32 characters.",
    "a-new-and-longer-one-77",
    "a-string-secret-at-least-256-bits-long",  # jwt.io's
)
_PASSWORDS = (
    *("admin123", "alice123", "bob123"),  # the demo users'
    *("admin", "postgres", "redis", "valkey", "root", "vf", "reader", "publisher"),
    *("password", "passw0rd", "password123", "secret", "hidden", "wrong", "hunter2", "secret-word", "secret-words"),
    *("example", "test", "default", "p@ss", "p@s/s", "se@cret", "PUBLISHER_PASSWORD", "READER_PASSWORD"),
)
"""Passwords in this repository's documents and tests, and common ones."""

_MARKS = (
    *("development-only", "not-for-production", "for-testing-only", "django-insecure-", "do-not-use"),
    *("change-me", "change-this", "change-it", "replace-me", "replace-this", "placeholder", "your-secret", "my-secret"),
    *("your-256-bit-secret", "with-a-long-random", "with-a-random", "keyboard-cat", "qwertyuiop", "abcdefghijklmnop"),
    *("insert-secret", "secret-key-here", "secret-here", "top-secret", "super-secret", "example-secret"),
    *("-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----"),  # public keys and certificates are not secret
)
"""Parts of placeholder values."""

_UNFILLED = re.compile(r"""\$\{?\w+\}?|\{\{.*\}\}|<.*>|\s*\{.*"kty".*\}\s*""", re.DOTALL)
"""Unexpanded variables, unfilled placeholders, and published keys."""

_LEAST_CHARACTERS = 8
"""Minimum number of different characters. 32 random hexadecimal digits have fewer once in ten million times."""


def is_known(secret: str) -> bool:
    """Return True if ``secret`` is published or easily guessed.

    White space, letter case and punctuation make no difference.
    """
    plain = _plain(secret)
    return (
        plain in _KNOWN
        or any(mark in plain for mark in _PLAIN_MARKS)
        or _is_repeated(plain)
        or _UNFILLED.fullmatch(secret.strip()) is not None
    )


def is_guessable(secret: str) -> bool:
    """Return True if ``secret`` is known (:func:`is_known`) or has few different characters; for secrets that must be
    long.
    """
    return is_known(secret) or len(set(secret.strip())) < _LEAST_CHARACTERS


def is_known_password(password: str) -> bool:
    """Return True if a password for a database account is known; as :func:`is_known`, for short secrets."""
    plain = _plain(password)
    return not plain or is_known(password) or plain in _KNOWN_PASSWORDS


def passwords_of(address: str) -> list[str]:
    """Return the passwords in a database URL, decoded; none if the URL is invalid, which is reported elsewhere."""
    try:
        parts = urlsplit(address)
        options = parse_qsl(parts.query)
    except ValueError:
        return []
    # With several hosts (redis+sentinel, PostgreSQL), the user information before the last "@" applies to all of them.
    user, _, _ = parts.netloc.rpartition("@")
    _, colon, password = user.partition(":")
    return [unquote(password)] * bool(colon and password) + [value for name, value in options if "password" in name]


def _is_repeated(plain: str) -> bool:
    """Return True for a repeated sequence: ``xxxx…``, ``0123456789abcdef0123456789abcdef``."""
    return any(plain[period:] == plain[:-period] for period in range(1, len(plain) // 2 + 1))


def _plain(secret: str) -> str:
    return "".join(filter(str.isalnum, secret.casefold()))


_KNOWN = frozenset(map(_plain, _SECRETS))
_KNOWN_PASSWORDS = frozenset(filter(None, map(_plain, _PASSWORDS)))
_PLAIN_MARKS = tuple(map(_plain, _MARKS))
