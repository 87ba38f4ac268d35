"""Encryption of the secrets of authenticator apps and recovery codes in the database.

The key is derived from ``VF_SECRET_KEY``. What ``VF_SECRET_KEY_FALLBACKS`` contains still decrypts, so that the key can
be replaced.
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def encrypt(text: str) -> str:
    """Return the text, encrypted with the current key."""
    return _cipher().encrypt(text.encode()).decode("ascii")


def decrypt(encrypted: str) -> str:
    """Return the text. Raises ``cryptography.fernet.InvalidToken`` if no key decrypts it."""
    return _cipher().decrypt(encrypted.encode("ascii")).decode()


def _cipher() -> MultiFernet:
    return MultiFernet([_fernet(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"identity_provider.factors").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
