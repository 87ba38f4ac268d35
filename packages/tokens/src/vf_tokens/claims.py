"""Strict reading of claims: a wrong type or an excessive size rejects the token.

PyJWT accepts ``exp`` as a string, a float or 1e300, and any ``typ``; this module doesn't.
"""

from collections.abc import Mapping
from typing import Any

from .errors import LifetimeTooLong, NotYetValid, TokenExpired, TokenInvalid

MAX_ID_CHARACTERS = 255
MAX_TEXT_CHARACTERS = 320
MAX_ROLES = 64
MAX_ROLE_CHARACTERS = 64
MAX_INTEGER = 2**64 - 1
"""Largest integer that external issuers may use as an ID: an unsigned database key."""
MAX_TIME = 253_402_300_799
"""9999-12-31T23:59:59Z in seconds since 1970. A later time is a mistake or an attack."""


def check_header(header: Mapping[str, Any], types: tuple[str, ...] | None) -> None:
    """Reject another ``typ`` (RFC 8725 §3.11) and every critical extension (RFC 7515 §4.1.11)."""
    if "crit" in header:
        raise TokenInvalid("the token has a critical extension")
    if types is not None and header.get("typ") not in types:
        raise TokenInvalid("the token is of another type")


def moment(payload: Mapping[str, Any], name: str) -> int:
    """Return a required NumericDate (RFC 7519 §2) in whole seconds."""
    value = payload.get(name)
    if type(value) is not int or not 0 <= value <= MAX_TIME:
        raise TokenInvalid(f"claim {name} is not a whole number of seconds")
    return value


def identifier(payload: Mapping[str, Any], name: str) -> str:
    """Return a required identifier: printable, not empty, at most :data:`MAX_ID_CHARACTERS`."""
    value = text(payload.get(name), name, MAX_ID_CHARACTERS)
    if not value or not value.isprintable():
        raise TokenInvalid(f"claim {name} is empty or not printable")
    return value


def as_text(value: object) -> object:
    """Return the digits of an integer, for issuers with numeric user IDs; anything else unchanged.

    So ``1`` and ``"1"`` of one issuer are one user. Floats and booleans stay unchanged and are rejected later.
    """
    return str(value) if type(value) is int and 0 <= value <= MAX_INTEGER else value


def actor(payload: Mapping[str, Any]) -> str:
    """Return the ID in the claim ``act`` (RFC 8693 §4.1), empty without the claim. A chain of actors is rejected."""
    if "act" not in payload:
        return ""
    value = payload["act"]
    if not isinstance(value, dict) or value.keys() != {"sub"}:
        raise TokenInvalid("claim act is not an object with sub alone")
    return identifier({"act.sub": value["sub"]}, "act.sub")


def text(value: object, name: str, limit: int = MAX_TEXT_CHARACTERS) -> str:
    """Return any Unicode text up to ``limit`` characters. A lone surrogate is not text."""
    if not isinstance(value, str) or len(value) > limit:
        raise TokenInvalid(f"claim {name} is not a string of at most {limit} characters")
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise TokenInvalid(f"claim {name} is not Unicode text") from error
    return value


def role_names(value: object, name: str) -> tuple[str, ...]:
    """Return a list of role names: distinct, not empty, bounded in number and length."""
    if not isinstance(value, list) or len(value) > MAX_ROLES:
        raise TokenInvalid(f"claim {name} is not a list of at most {MAX_ROLES} roles")
    roles = tuple(text(role, name, MAX_ROLE_CHARACTERS) for role in value)
    if "" in roles or len(set(roles)) != len(roles):
        raise TokenInvalid(f"claim {name} has an empty or a repeated role")
    return roles


def check_lifetime(payload: Mapping[str, Any], now: float, leeway: float, longest: int) -> tuple[int, int]:
    """Check ``iat``, ``nbf`` and ``exp`` against the clock and return ``(iat, exp)``.

    ``leeway`` (seconds) tolerates an issuer's clock that is ahead; it does not extend ``exp``. Raises
    :class:`TokenExpired` only for a token that is valid in every other respect.
    """
    issued, expires = moment(payload, "iat"), moment(payload, "exp")
    if issued > now + leeway:
        raise NotYetValid("the token was issued in the future")
    if "nbf" in payload and moment(payload, "nbf") > now + leeway:
        raise NotYetValid("the token is not valid yet")
    if not 0 < expires - issued <= longest:
        raise LifetimeTooLong("the token's lifetime is not within the policy")
    if now >= expires:
        raise TokenExpired("the token has expired")
    return issued, expires
