"""Edge assertions: the gateway's signed word about one request's identity, for one service.

A service believes ``X-User-*`` headers only when the assertion beside them says the same, is for that
service, and is at most a minute old. A captured one is worth nothing elsewhere and little later.
"""

import hashlib
from dataclasses import dataclass
from typing import Self

from . import claims
from .compact import encode_json, encode_segment, parse
from .errors import TokenInvalid
from .identity import Identity
from .key_sets import KeySet
from .keys import SigningKey

ASSERTION_TYPE = "edge+jwt"
ASSERTION_ISSUER = "gateway-auth"
MAX_LIFETIME = 60
"""Seconds between ``iat`` and ``exp`` at the most (docs/headers.md)."""


@dataclass(frozen=True, slots=True)
class RequestBinding:
    """The one request an assertion is for, when ``VF_ASSERTION_BINDING=request``."""

    method: str
    target_hash: str
    """Of path and query, so that a long URI does not make a long assertion."""

    @classmethod
    def of(cls, method: str, target: str) -> Self:
        """For ``target``, path and query as the client sent them; hashed as RFC 9449 §4.2 hashes ``ath``."""
        return cls(method, encode_segment(hashlib.sha256(target.encode("utf-8", "surrogatepass")).digest()).decode())


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a verified assertion proves."""

    identity: Identity
    expires_at: int
    binding: RequestBinding | None


def mint(
    key: SigningKey,
    identity: Identity,
    *,
    audience: str,
    issued_at: int,
    lifetime: int = MAX_LIFETIME,
    binding: RequestBinding | None = None,
) -> str:
    """Sign an assertion for the service ``audience`` that lives ``lifetime`` seconds."""
    return sign(key, statement(identity, audience, binding), issued_at=issued_at, lifetime=lifetime)


def statement(identity: Identity, audience: str, binding: RequestBinding | None = None) -> bytes:
    """What an assertion says, without its times: made once and signed again whenever it is renewed."""
    payload: dict[str, object] = {
        "iss": ASSERTION_ISSUER,
        "aud": audience,
        "sub": identity.user_id,
        "username": identity.username,
        "email": identity.email,
        "roles": list(identity.roles),
        "sid": identity.session_id,
    }
    if binding is not None:
        payload |= {"htm": binding.method, "htu_s256": binding.target_hash}
    return encode_json(payload)


def sign(key: SigningKey, statement: bytes, *, issued_at: int, lifetime: int = MAX_LIFETIME) -> str:
    """The assertion that says :func:`statement` from ``issued_at`` on for ``lifetime`` seconds."""
    times = b',"iat":%d,"exp":%d}' % (issued_at, issued_at + min(lifetime, MAX_LIFETIME))
    return key.sign_json(ASSERTION_TYPE, statement[:-1] + times)


def verify(token: bytes, keys: KeySet, *, audience: str, now: float, leeway: float = 5.0) -> Assertion:
    """Check an assertion for the service ``audience``. Raises a :class:`TokenError`.

    ``leeway`` (seconds) forgives a gateway clock that is ahead. The caller compares ``binding`` with
    the request it has.
    """
    parsed = parse(token)
    claims.check_header(parsed.header, (ASSERTION_TYPE,))
    if not keys.find(parsed.header).verify(parsed.signing_input, parsed.signature):
        raise TokenInvalid("the assertion's signature is wrong")
    payload = parsed.payload
    if payload.get("iss") != ASSERTION_ISSUER or payload.get("aud") != audience:
        raise TokenInvalid("the assertion is from another issuer or for another service")
    _, expires = claims.check_lifetime(payload, now, leeway, MAX_LIFETIME)
    identity = Identity(
        user_id=claims.identifier(payload, "sub"),
        username=claims.text(payload.get("username"), "username"),
        email=claims.text(payload.get("email"), "email"),
        roles=claims.role_names(payload.get("roles"), "roles"),
        session_id=claims.text(payload.get("sid"), "sid"),
    )
    return Assertion(identity, expires, _binding(payload))


def _binding(payload: dict[str, object]) -> RequestBinding | None:
    if "htm" not in payload and "htu_s256" not in payload:
        return None
    return RequestBinding(claims.text(payload.get("htm"), "htm"), claims.text(payload.get("htu_s256"), "htu_s256"))
