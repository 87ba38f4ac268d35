"""Access tokens, minted by the identity provider and verified once by the gateway (RFC 9068; docs/headers.md)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from . import claims, external, token_kinds
from .claim_paths import find
from .compact import CompactToken, parse
from .errors import TokenInvalid, WrongAudience, WrongTokenKind
from .identity import Identity
from .key_sets import KeySet
from .keys import SigningKey, VerificationKey
from .role_claims import RoleRules
from .token_kinds import Wanted

ACCESS_TYPE = "at+jwt"
ACCESS_USE = "access"
DEFAULT_AUDIENCE = "vf-services"


@dataclass(frozen=True, slots=True)
class ClaimMapping:
    """The claims in which an issuer puts the identity. A name with dots is a path (``realm_access.roles``)."""

    user_id: str = "sub"
    username: str = "username"
    email: str = "email"
    roles: str | tuple[str, ...] = "roles"
    """The claims to read, one after the other."""
    session_id: str = "sid"
    audience: str = "aud"
    """The claim with the audience. Some issuers name the client instead (Amazon Cognito: ``client_id``)."""

    @property
    def role_paths(self) -> tuple[str, ...]:
        """Return every claim in which to look for roles."""
        return (self.roles,) if isinstance(self.roles, str) else self.roles


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Requirements for the tokens of one issuer. The defaults are for the built-in identity provider."""

    issuer: str
    audience: str = DEFAULT_AUDIENCE
    leeway: float = 10.0
    """Seconds by which the issuer's clock may be ahead."""
    longest_lifetime: int = 3600
    """Maximum seconds between ``iat`` and ``exp``."""
    types: tuple[str, ...] | None = (ACCESS_TYPE, f"application/{ACCESS_TYPE}")
    """Accepted ``typ`` headers. None accepts those of an access token and a missing one (:mod:`.token_kinds`)."""
    use: str | None = ACCESS_USE
    """Required ``use`` claim; None for issuers that have no such claim."""
    strict_identity: bool = True
    """Require every identity claim, as the built-in issuer sets them. Other issuers may omit email, roles or session.
    """
    audience_may_be_list: bool = False
    mapping: ClaimMapping = field(default_factory=ClaimMapping)
    other_audiences: tuple[str, ...] = ()
    """Audiences accepted in addition to ``audience``, for issuers whose tokens have several."""
    require: Mapping[str, tuple[Wanted, ...]] = field(default_factory=dict)
    """The accepted values of each required claim. This and the following fields are only for external issuers."""
    roles: RoleRules = field(default_factory=RoleRules)
    unverified_email: Literal["drop", "refuse", "keep"] = "drop"
    """What to do with an email address that the issuer reports as not verified."""

    @property
    def audiences(self) -> tuple[str, ...]:
        """Return every accepted audience."""
        return (self.audience, *self.other_audiences)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """The identity and lifetime of a verified access token."""

    identity: Identity
    token_id: str
    issued_at: int
    expires_at: int
    issuer: str


def mint(
    key: SigningKey, policy: AccessPolicy, identity: Identity, *, token_id: str, issued_at: int, lifetime: int
) -> str:
    """Sign an access token that is valid for ``lifetime`` seconds from ``issued_at`` (seconds since 1970)."""
    payload = payload_of(policy, identity, token_id=token_id, issued_at=issued_at, lifetime=lifetime)
    return key.sign({"typ": ACCESS_TYPE}, payload)


def payload_of(
    policy: AccessPolicy, identity: Identity, *, token_id: str, issued_at: int, lifetime: int
) -> dict[str, Any]:
    """Return the claims that :func:`mint` signs."""
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
    )
