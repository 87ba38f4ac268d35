"""Access tokens, minted by the identity provider and verified once by the gateway (RFC 9068; docs/headers.md)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import claims, external, token_kinds
from .claim_paths import find
from .compact import CompactToken, parse
from .errors import TokenInvalid, WrongAudience, WrongTokenKind
from .identity import Identity
from .key_sets import KeySet
from .keys import SigningKey, VerificationKey
from .policy import ACCESS_TYPE, ACCESS_USE, AccessPolicy


@dataclass(frozen=True, slots=True)
class AccessToken:
    """The identity and lifetime of a verified access token."""

    identity: Identity
    token_id: str
    issued_at: int
    expires_at: int
    issuer: str


@dataclass(frozen=True, slots=True)
class Authentication:
    """How and when the user proved the identity (RFC 9068 §2.2.1). No reader in this package needs it."""

    acr: str
    amr: tuple[str, ...]
    auth_time: int
    """Seconds since 1970."""


def mint(
    key: SigningKey,
    policy: AccessPolicy,
    identity: Identity,
    *,
    token_id: str,
    issued_at: int,
    lifetime: int,
    authentication: Authentication | None = None,
    client_id: str | None = None,
) -> str:
    """Sign an access token that is valid for ``lifetime`` seconds from ``issued_at`` (seconds since 1970).

    ``client_id`` is the program that got the token (RFC 9068 §2.2); None for a user's session.
    """
    payload = payload_of(
        policy, identity, token_id=token_id, issued_at=issued_at, lifetime=lifetime, authentication=authentication
    )
    if client_id is not None:
        payload["client_id"] = client_id
    return key.sign({"typ": ACCESS_TYPE}, payload)


def payload_of(
    policy: AccessPolicy,
    identity: Identity,
    *,
    token_id: str,
    issued_at: int,
    lifetime: int,
    authentication: Authentication | None = None,
) -> dict[str, Any]:
    """Return the claims that :func:`mint` signs."""
    proof = {}
    if authentication is not None:
        proof = {
            "acr": authentication.acr,
            "amr": list(authentication.amr),
            "auth_time": authentication.auth_time,
        }
    return {
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
        **({"act": {"sub": identity.actor_id}} if identity.actor_id else {}),
        **proof,
    }


@dataclass(slots=True)
class Verification:
    """A token on its way through :data:`RULES`, which fill in the last two fields."""

    token: CompactToken
    policy: AccessPolicy
    keys: KeySet
    now: float
    """Seconds since 1970."""
    access: AccessToken | None = None
    """None until all rules are met."""
    key: VerificationKey = field(init=False)


def check_type(check: Verification) -> None:
    """Reject the header of another kind of token, or with a critical extension."""
    claims.check_header(check.token.header, check.policy.types)
    if check.policy.types is None:
        token_kinds.check_type(check.token.header)


def find_key(check: Verification) -> None:
    """Find the key that the header names. Raises :class:`vf_tokens.UnknownKey`."""
    check.key = check.keys.find(check.token.header)


def check_signature(check: Verification) -> None:
    """Reject a token that its key has not signed."""
    if not check.key.verify(check.token.signing_input, check.token.signature):
        raise TokenInvalid("the token's signature is invalid")


def read_claims(check: Verification) -> None:
    """Check issuer, audience, use and times, then read the identity."""
    payload, policy = check.token.payload, check.policy
    if payload.get("iss") != policy.issuer:
        raise TokenInvalid("the token is from another issuer")
    _check_audience(find(payload, policy.mapping.audience), policy)
    if policy.use is not None and payload.get("use") != policy.use:
        raise WrongTokenKind("the token is for another use")
    if not policy.strict_identity:
        token_kinds.check_claims(payload, policy.require)
    issued, expires = claims.check_lifetime(payload, check.now, policy.leeway, policy.longest_lifetime)
    strict = policy.strict_identity
    check.access = AccessToken(
        identity=_read_identity(payload) if strict else external.read_identity(payload, policy),
        token_id=claims.identifier(payload, "jti") if strict else external.token_id(payload),
        issued_at=issued,
        expires_at=expires,
        issuer=policy.issuer,
    )


RULES: dict[str, Callable[[Verification], None]] = {
    "token type": check_type,
    "key": find_key,
    "signature": check_signature,
    "claims": read_claims,
}
"""What is checked of an access token, in this order, by every reader: :func:`verify` and the gateway's steps.

Each rule raises a :class:`vf_tokens.TokenError`."""


def verify(token: bytes, keys: KeySet, policy: AccessPolicy, now: float) -> AccessToken:
    """Take a token apart and apply all :data:`RULES`. Raises a :class:`vf_tokens.TokenError`."""
    return verify_parsed(parse(token), keys, policy, now)


def verify_parsed(token: CompactToken, keys: KeySet, policy: AccessPolicy, now: float) -> AccessToken:
    """As :func:`verify`, for a token that was taken apart already to find its issuer."""
    check = Verification(token, policy, keys, now)
    for rule in RULES.values():
        rule(check)
    assert check.access is not None  # noqa: S101  the last rule has read it
    return check.access


def _check_audience(audience: object, policy: AccessPolicy) -> None:
    if isinstance(audience, list) and policy.audience_may_be_list:
        if any(accepted in audience for accepted in policy.audiences):
            return
    elif isinstance(audience, str) and audience in policy.audiences:
        return
    raise WrongAudience("the token is for another audience")


def _read_identity(payload: Mapping[str, Any]) -> Identity:
    """Return the identity in a token of the built-in issuer: every claim is present, with the default mapping."""
    return Identity(
        user_id=claims.identifier(payload, "sub"),
        username=claims.text(payload.get("username"), "username"),
        email=claims.text(payload.get("email"), "email"),
        roles=claims.role_names(payload.get("roles"), "roles"),
        session_id=claims.identifier(payload, "sid"),
        actor_id=claims.actor(payload),
    )
