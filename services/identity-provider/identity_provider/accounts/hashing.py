"""Passwords and their hashes as plain text: canonical spelling, and the kind of a stored hash.

A password is hashed in the form of RFC 8265's OpaqueString profile: NFC, and every space is U+0020. So ``é`` is the
same password from a keyboard that sends one character and from one that sends two. NFKC, which is applied to usernames,
would make different passwords equal (``²`` and ``2``). Letter case counts.
"""

import re
import unicodedata

from django.contrib.auth.hashers import check_password, identify_hasher, make_password

_KIND = re.compile(
    r"(?:argon2\$[^$]*\$[^$]*\$[^$]*|bcrypt(?:_sha256)?\$\$[^$]*\$\d+|pbkdf2_[^$]*\$\d+|scrypt\$\d+|[a-z0-9_]+)\$"
)
"""The part of a hash before the salt: the algorithm and its cost."""

_LONGEST_UNKNOWN = 20


def canonical(password: str) -> str:
    """Return the form of the password that is hashed."""
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    return unicodedata.normalize("NFC", spaced)


def spellings(password: str) -> tuple[str, ...]:
    """Return the spellings to try: the canonical form, and the typed form, which older and imported hashes use."""
    return tuple(dict.fromkeys((canonical(password), password)))


def matches(password: str, encoded: str) -> bool:
    """Return True if ``encoded`` is a hash of the password. This always computes one hash for each spelling."""
    checked = [check_password(spelling, encoded) for spelling in spellings(password)]
    return any(checked)


def spend(password: str, encoded: str | None = None) -> None:
    """Take as long as :func:`matches` for ``encoded``, or for a hash of the current kind."""
    for spelling in spellings(password):
        if encoded is None:
            make_password(spelling)
        else:
            check_password(spelling, encoded)


def kind(encoded: str) -> str:
    """Return the prefix of a hash with its algorithm and cost. Hashes of one kind take the same time."""
    found = _KIND.match(encoded)
    return found.group() if found else encoded[:_LONGEST_UNKNOWN]


def current_kind() -> str:
    """Return the kind of new hashes."""
    return kind(make_password(""))


def is_readable(encoded: str) -> bool:
    """Return False for the hash of an algorithm that is not in ``PASSWORD_HASHERS``."""
    try:
        identify_hasher(encoded)
    except ValueError:
        return False
    return True
