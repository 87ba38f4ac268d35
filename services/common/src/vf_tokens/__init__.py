"""The token rules of VF Services: the one implementation that mints and verifies (contract §3, §4).

Pure Python over plain values: no framework, no clock, no network. Times are seconds since 1970.
"""

from .access import AccessPolicy, AccessToken, ClaimMapping
from .assertion import Assertion, RequestBinding
from .errors import TokenError, TokenExpired, TokenInvalid, TokenRevoked, UnknownKey, UnusableKey
from .identity import Identity
from .jwk import ALGORITHMS
from .key_sets import KeySet, key_set_document, parse_key_set
from .keys import (
    SigningKey,
    VerificationKey,
    generate_pem,
    generate_secret,
    signing_key_from_pem,
    signing_key_from_secret,
)

__all__ = [
    "ALGORITHMS",
    "AccessPolicy",
    "AccessToken",
    "Assertion",
    "ClaimMapping",
    "Identity",
    "KeySet",
    "RequestBinding",
    "SigningKey",
    "TokenError",
    "TokenExpired",
    "TokenInvalid",
    "TokenRevoked",
    "UnknownKey",
    "UnusableKey",
    "VerificationKey",
    "generate_pem",
    "generate_secret",
    "key_set_document",
    "parse_key_set",
    "signing_key_from_pem",
    "signing_key_from_secret",
]
