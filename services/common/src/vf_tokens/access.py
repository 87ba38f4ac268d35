"""Access tokens: minted by the identity provider, verified once at the edge (RFC 9068, contract §3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import claims
from .compact import CompactToken, parse
from .errors import TokenInvalid
from .identity import Identity
from .key_sets import KeySet
from .keys import SigningKey

ACCESS_TYPE = "at+jwt"
ACCESS_USE = "access"
DEFAULT_AUDIENCE = "vf-services"
_SCOPES = ("scope", "scp")


@dataclass(frozen=True, slots=True)
class ClaimMapping:
    """Where an issuer keeps the identity. A name with dots is a path (``realm_access.roles``)."""

    user_id: str = "sub"
    username: str = "username"
    email: str = "email"
    roles: str = "roles"
    session_id: str = "sid"
    audience: str = "aud"
    """Some issuers name the client instead (Amazon Cognito: ``client_id``)."""


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """What a token of one issuer must look like. The defaults are for our own identity provider."""

    issuer: str
    audience: str = DEFAULT_AUDIENCE
    leeway: float = 10.0
    """Seconds by which the issuer's clock may be ahead of ours."""
    longest_lifetime: int = 3600
    """Seconds between ``iat`` and ``exp`` at the most."""
    types: tuple[str, ...] | None = (ACCESS_TYPE, f"application/{ACCESS_TYPE}")
    """Accepted ``typ`` headers; None accepts any, for issuers that set none."""
    use: str | None = ACCESS_USE
    """Required ``use`` claim; None for issuers that have no such claim."""
    strict_identity: bool = True
    """All of ours carry every identity claim; other issuers may leave out e-mail, roles or session."""
    audience_may_be_list: bool = False
    mapping: ClaimMapping = field(default_factory=ClaimMapping)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a verified access token proves."""

    identity: Identity
    token_id: str
    issued_at: int
    expires_at: int
    issuer: str


def mint(
    key: SigningKey, policy: AccessPolicy, identity: Identity, *, token_id: str, issued_at: int, lifetime: int
) -> str:
    """Sign an access token that lives for ``lifetime`` seconds from ``issued_at`` (seconds since 1970)."""
    payload = {
        "iss": policy.issuer,
        "aud": policy.audience,
        "sub": identity.user_id,
        "username": identity.username,
        "email": identity.email,
        "roles": list(identity.roles),
        "sid": identity.session_id,
        "jti": token_id,
        "iat": issued_at,
        "exp": issued_at + lifetime,
        "use": ACCESS_USE,
    }
    return key.sign({"typ": ACCESS_TYPE}, payload)


def verify(token: bytes, keys: KeySet, policy: AccessPolicy, now: float) -> AccessToken:
    """Check a token whole: form, key, signature, then claims. Raises a :class:`TokenError`."""
    return verify_parsed(parse(token), keys, policy, now)


def verify_parsed(token: CompactToken, keys: KeySet, policy: AccessPolicy, now: float) -> AccessToken:
    """As :func:`verify`, for a token that was taken apart already to find its issuer."""
    claims.check_header(token.header, policy.types)
    if not keys.find(token.header).verify(token.signing_input, token.signature):
        raise TokenInvalid("the token's signature is wrong")
    return _read(token.payload, policy, now)


def _read(payload: Mapping[str, Any], policy: AccessPolicy, now: float) -> AccessToken:
    if payload.get("iss") != policy.issuer:
        raise TokenInvalid("the token is from another issuer")
    _check_audience(_at(payload, policy.mapping.audience), policy)
    if policy.use is not None and payload.get("use") != policy.use:
        raise TokenInvalid("the token is for another use")
    issued, expires = claims.check_lifetime(payload, now, policy.leeway, policy.longest_lifetime)
    return AccessToken(
        identity=_read_identity(payload, policy),
        token_id=claims.identifier(payload, "jti") if policy.strict_identity or "jti" in payload else "",
        issued_at=issued,
        expires_at=expires,
        issuer=policy.issuer,
    )


def _check_audience(audience: object, policy: AccessPolicy) -> None:
    if isinstance(audience, list) and policy.audience_may_be_list:
        if policy.audience in audience:
            return
    elif audience == policy.audience:
        return
    raise TokenInvalid("the token is for another audience")


def _read_identity(payload: Mapping[str, Any], policy: AccessPolicy) -> Identity:
    mapping, strict = policy.mapping, policy.strict_identity
    user_id = claims.identifier({"sub": _at(payload, mapping.user_id)}, "sub")
    session = _at(payload, mapping.session_id)
    return Identity(
        user_id=user_id,
        username=claims.text(_or_empty(_at(payload, mapping.username), "", strict), "username"),
        email=claims.text(_or_empty(_at(payload, mapping.email), "", strict), "email"),
        roles=claims.role_names(_roles(payload, policy), "roles"),
        session_id=claims.identifier({"sid": session}, "sid") if strict or session is not None else "",
    )


def _roles(payload: Mapping[str, Any], policy: AccessPolicy) -> object:
    """The list of roles. Other issuers may write one role as a string, or scopes as words (RFC 8693 §4.2)."""
    path, strict = policy.mapping.roles, policy.strict_identity
    roles = _or_empty(_at(payload, path), [], strict)
    if strict or not isinstance(roles, str):
        return roles
    return list(dict.fromkeys(roles.split())) if path in _SCOPES else [roles]


def _at(payload: Mapping[str, Any], path: str) -> object:
    """The claim at a dotted path. A claim whose own name has dots (a URL, say) wins over the path."""
    if path in payload:
        return payload[path]
    value: Any = payload
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _or_empty(value: object, empty: object, strict: bool) -> object:
    return empty if value is None and not strict else value
