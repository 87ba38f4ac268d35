"""Edge assertions: identities of single requests, signed by the gateway for one service.

A service accepts ``X-User-*`` headers only if the assertion has the same values, is for that service, and is at most a
minute old. So a captured assertion is useless at other services, and everywhere after a minute.
"""

import hashlib
from dataclasses import dataclass
from json.encoder import encode_basestring as _json
from typing import Self

from . import claims
from .compact import encode_segment, parse
from .errors import TokenInvalid
from .identity import Identity
from .key_sets import KeySet
from .keys import SigningKey

ASSERTION_TYPE = "edge+jwt"
ASSERTION_ISSUER = "gateway-auth"
MAX_LIFETIME = 60
"""Maximum seconds between ``iat`` and ``exp`` (docs/headers.md)."""


@dataclass(frozen=True, slots=True)
class RequestBinding:
    """The one request that an assertion is for, with ``VF_ASSERTION_BINDING=request``."""

    method: str
    target_hash: str
    """Hash of path and query, so that a long URI does not make a long assertion."""

    @classmethod
    def of(cls, method: str, target: str) -> Self:
        """Return the binding for ``target``, path and query as the client sent them; hashed as RFC 9449 §4.2 hashes
        ``ath``.
        """
        return cls(method, encode_segment(hashlib.sha256(target.encode("utf-8", "surrogatepass")).digest()).decode())


@dataclass(frozen=True, slots=True)
class Assertion:
    """The identity and lifetime of a verified assertion."""

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
    """Sign an assertion for the service ``audience`` that is valid for ``lifetime`` seconds."""
    return sign(key, statement(identity, audience, binding), issued_at=issued_at, lifetime=lifetime)


def statement(identity: Identity, audience: str, binding: RequestBinding | None = None) -> bytes:
    """Return the claims of an assertion without its times: created once, and signed again at each renewal."""
    bound = f',"htm":{_json(binding.method)},"htu_s256":{_json(binding.target_hash)}' if binding else ""
    acting = f',"act":{{"sub":{_json(identity.actor_id)}}}' if identity.actor_id else ""
    # Every value is a string: a JSON encoder for any value costs four times as much.
    return (
        f'{{"iss":"{ASSERTION_ISSUER}","aud":{_json(audience)},"sub":{_json(identity.user_id)},'
        f'"username":{_json(identity.username)},"email":{_json(identity.email)},'
        f'"roles":[{",".join(map(_json, identity.roles))}],"sid":{_json(identity.session_id)}{acting}{bound}}}'
    ).encode()


def sign(key: SigningKey, statement: bytes, *, issued_at: int, lifetime: int = MAX_LIFETIME) -> str:
    """Sign the claims of :func:`statement`, valid from ``issued_at`` for ``lifetime`` seconds."""
    times = b',"iat":%d,"exp":%d}' % (issued_at, issued_at + min(lifetime, MAX_LIFETIME))
    return key.sign_json(ASSERTION_TYPE, statement[:-1] + times)


def verify(token: bytes, keys: KeySet, *, audience: str, now: float, leeway: float = 5.0) -> Assertion:
    """Verify an assertion for the service ``audience``. Raises a :class:`TokenError`.

    ``leeway`` (seconds) tolerates a gateway clock that is ahead. The caller must compare ``binding`` with its request.
    """
    parsed = parse(token)
    claims.check_header(parsed.header, (ASSERTION_TYPE,))
    if not keys.find(parsed.header).verify(parsed.signing_input, parsed.signature):
        raise TokenInvalid("the assertion's signature is invalid")
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
        actor_id=claims.actor(payload),
    )
    return Assertion(identity, expires, _binding(payload))


def _binding(payload: dict[str, object]) -> RequestBinding | None:
    if "htm" not in payload and "htu_s256" not in payload:
        return None
    return RequestBinding(claims.text(payload.get("htm"), "htm"), claims.text(payload.get("htu_s256"), "htu_s256"))
