"""Whose tokens are accepted, and those that were verified before. What a token must say: ``vf_tokens``."""

from dataclasses import dataclass, replace

from vf_edge import identity_headers
from vf_tokens import AccessPolicy, AccessToken, TokenInvalid
from vf_tokens.claims import MAX_ID_CHARACTERS
from vf_tokens.compact import CompactToken

from ..cache import BoundedCache
from ..revocation.state import Marks
from .key_source import KeySource

_ENTRY_OVERHEAD_BYTES = 1060
"""Measured with tracemalloc for a typical token, its strings and its places in the cache."""


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """Whose tokens are accepted, by which policy and keys."""

    policy: AccessPolicy
    source: KeySource
    prefix: str = ""
    """Put before an external issuer's user, session and token IDs, so that none can be one of the built-in issuer."""


@dataclass(slots=True)
class VerifiedToken:
    """A token whose signature and claims are valid. Expiry and revocation are still checked at each use."""

    access: AccessToken
    marks: Marks
    size: int
    used: bool = False


class TokenVerifier:
    """The trusted issuers, and the tokens that were verified before."""

    def __init__(self, issuers: list[TrustedIssuer], cache_bytes: int) -> None:
        self.issuers = {issuer.policy.issuer: issuer for issuer in issuers}
        self.cache: BoundedCache[VerifiedToken] = BoundedCache(cache_bytes)

    def known(self, token: bytes, now: float) -> VerifiedToken | None:
        """The token, if it was verified before and has not expired."""
        known = self.cache.get(token)
        if known is None or known.access.expires_at <= now:
            return None
        known.used = True
        return known

    def issuer_of(self, token: CompactToken) -> TrustedIssuer:
        """The issuer that the unverified token names. Raises :class:`vf_tokens.TokenInvalid` if it is not trusted."""
        name = token.payload.get("iss")
        issuer = self.issuers.get(name) if isinstance(name, str) else None
        if issuer is None:
            raise TokenInvalid("the token's issuer is not trusted")
        return issuer

    def keep(self, token: bytes, access: AccessToken, issuer: TrustedIssuer) -> VerifiedToken:
        """Remember a token whose signature and claims are valid.

        Raises :class:`vf_tokens.TokenInvalid` if a service could not read its identity.
        """
        access = _with_prefix(access, issuer.prefix) if issuer.prefix else access
        if identity_headers.is_too_long(access.identity):
            raise TokenInvalid("the identity is too long for the headers of a service")
        verified = VerifiedToken(access, Marks.of(access), _ENTRY_OVERHEAD_BYTES + len(token))
        self.cache.put(token, verified)
        return verified


def _with_prefix(access: AccessToken, prefix: str) -> AccessToken:
    """What the issuer does not name stays empty: a prefix alone would be one session that all its users share."""
    named = access.identity
    session_id = named.session_id and prefix + named.session_id
    identity = replace(named, user_id=prefix + named.user_id, session_id=session_id)
    if max(len(identity.user_id), len(identity.session_id)) > MAX_ID_CHARACTERS:
        raise TokenInvalid("an identifier with its issuer's prefix is too long")  # services would refuse it
    return replace(access, identity=identity, token_id=access.token_id and prefix + access.token_id)
