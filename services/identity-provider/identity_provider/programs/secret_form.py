"""The form of a program's secret: a prefix, 40 random characters and a checksum.

Secret scanners find the prefix, and the checksum tells them (and the token endpoint, before it asks the database) that
a text isn't a secret. The form is GitHub's: 0-9, A-Z, a-z, and the CRC-32 of everything before it in six digits.
"""

import hashlib
import re
import secrets
import zlib

PERSONAL = "vfp"
"""Prefix of personal access tokens."""

CLIENT = "vfs"
"""Prefix of the secrets of service accounts."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_CHARACTERS = 40
"""About 238 random bits."""
_CHECKSUM_CHARACTERS = 6
_FORM = re.compile(rf"(vf[ps])_([0-9A-Za-z]{{{RANDOM_CHARACTERS}}})([0-9A-Za-z]{{{_CHECKSUM_CHARACTERS}}})", re.ASCII)
_HINT_CHARACTERS = 8


def new_secret(prefix: str) -> str:
    """Return a new secret with this prefix."""
    text = f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(RANDOM_CHARACTERS))}"
    return text + _checksum(text)


def is_well_formed(secret: str, prefix: str) -> bool:
    """Return True for a text of this form with the right checksum."""
    found = _FORM.fullmatch(secret)
    return found is not None and found[1] == prefix and _checksum(f"{found[1]}_{found[2]}") == found[3]


def digest(secret: str) -> str:
    """Return the value to store. The secret is random, so it needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def hint(secret: str) -> str:
    """Return the beginning, by which people recognize the secret. 214 bits stay unknown."""
    return secret[:_HINT_CHARACTERS]


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode("ascii")), ""
    for _ in range(_CHECKSUM_CHARACTERS):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
