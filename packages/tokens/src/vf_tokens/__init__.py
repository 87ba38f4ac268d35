"""The token rules of VF Services: the one implementation that mints and verifies (docs/headers.md).

Pure Python over plain values: no framework, no clock, no network. Times are seconds since 1970.
"""

from .access import AccessToken
from .assertion import Assertion, RequestBinding
from .errors import (
    LifetimeTooLong,
    NotYetValid,
    TokenError,
    TokenExpired,
    TokenInvalid,
    TokenOpaque,
    TokenRevoked,
    UnknownKey,
    UnusableKey,
    UnverifiedEmail,
    WrongAudience,
    WrongTokenKind,
)
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
from .policy import AccessPolicy, ClaimMapping
from .role_claims import RoleRules

__all__ = [
    "ALGORITHMS",
    "AccessPolicy",
    "AccessToken",
    "Assertion",
    "ClaimMapping",
    "Identity",
    "KeySet",
    "LifetimeTooLong",
    "NotYetValid",
    "RequestBinding",
    "RoleRules",
    "SigningKey",
    "TokenError",
    "TokenExpired",
    "TokenInvalid",
    "TokenOpaque",
    "TokenRevoked",
    "UnknownKey",
    "UnusableKey",
    "UnverifiedEmail",
    "VerificationKey",
    "WrongAudience",
    "WrongTokenKind",
    "generate_pem",
    "generate_secret",
    "key_set_document",
    "parse_key_set",
    "signing_key_from_pem",
    "signing_key_from_secret",
]
