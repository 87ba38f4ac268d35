"""The identity in an external issuer's token, as far as the issuer's policy accepts it.

The built-in issuer's tokens have every claim in one form and are read strictly (``access``). External issuers omit
claims, use numeric user IDs, and include unverified email addresses.
"""

from collections.abc import Mapping
from typing import Any

from . import claims
from .claim_paths import find
from .errors import TokenInvalid, UnverifiedEmail
from .identity import Identity
from .policy import AccessPolicy
from .role_claims import RolesRead, read_roles

_EMAIL = "email"
_VERIFIED = "email_verified"


def read_identity(payload: Mapping[str, Any], policy: AccessPolicy) -> Identity:
    """Return the identity. Raises :class:`vf_tokens.TokenInvalid` for a token without a usable user ID."""
    mapping = policy.mapping
    if policy.unverified_email == "refuse" and has_unverified_email(payload, policy):
        raise UnverifiedEmail("the issuer has not verified the email address")
    session = _value(payload, mapping.session_id, policy)
    return Identity(
        user_id=claims.identifier({"sub": _value(payload, mapping.user_id, policy)}, "sub"),
        username=_text_or_none(_value(payload, mapping.username, policy), "username"),
        email=_text_or_none(_value(payload, mapping.email, policy), "email"),
        roles=roles_of(payload, policy).roles,
        session_id="" if session is None else claims.identifier({"sid": session}, "sid"),
    )


def token_id(payload: Mapping[str, Any]) -> str:
    """Return ``jti``; empty if the issuer sets none."""
    value = payload.get("jti")
    return "" if value is None else claims.identifier({"jti": claims.as_text(value)}, "jti")


def roles_of(payload: Mapping[str, Any], policy: AccessPolicy) -> RolesRead:
    """Return the roles and the dropped entries, which ``explain`` shows."""
    paths = policy.mapping.role_paths
    hidden = [path for path in paths if _is_hidden(payload, path, policy)]
    return read_roles(payload, tuple(path for path in paths if path not in hidden), policy.roles)


def has_unverified_email(payload: Mapping[str, Any], policy: AccessPolicy) -> bool:
    """Return True if the issuer reports the email address as not verified, as Google and Keycloak do.

    The claim is next to the address, under the same parent. Cognito writes a boolean as text.
    """
    path = policy.mapping.email
    beside = path.removesuffix(_EMAIL) + _VERIFIED if path.endswith(_EMAIL) else _VERIFIED
    words = [find(payload, name) for name in {_VERIFIED, beside} if _has(payload, name)]
    return any(word is not True and word != "true" for word in words)


def _has(payload: Mapping[str, Any], path: str) -> bool:
    return path in payload or find(payload, path) is not None


def _value(payload: Mapping[str, Any], path: str, policy: AccessPolicy) -> object:
    """Return a claim; None for an unverified email address, whatever its use.

    As a user ID or name it could be another user's address: anyone can sign up with any address.
    """
    return None if _is_hidden(payload, path, policy) else claims.as_text(find(payload, path))


def _is_hidden(payload: Mapping[str, Any], path: str, policy: AccessPolicy) -> bool:
    """Return True for an unverified email address, under any claim name, such as ``preferred_username``."""
    if policy.unverified_email == "keep" or not has_unverified_email(payload, policy):
        return False
    addresses = {_folded(find(payload, name)) for name in (_EMAIL, policy.mapping.email)} - {""}
    return path in (_EMAIL, policy.mapping.email) or _folded(find(payload, path)) in addresses


def _folded(value: object) -> str:
    return value.strip().casefold() if isinstance(value, str) else ""


def _text_or_none(value: object, name: str) -> str:
    """Return text; empty for anything else, such as a list. Names and email addresses are optional."""
    try:
        return claims.text(value, name)
    except TokenInvalid:
        return ""
