"""Minting and reading of access tokens."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from vf_tokens import AccessToken, Identity, TokenError, TokenExpired
from vf_tokens.access import Authentication, mint, verify_parsed
from vf_tokens.compact import parse

from ..configuration import current
from ..identifiers import new_identifier
from .errors import TokenTooLong
from .key_ring import key_ring
from .token_sizes import longest_token


@dataclass(frozen=True, slots=True)
class MintedToken:
    """A new access token."""

    token: str = field(repr=False)
    expires_at: datetime
    lifetime: int
    """Seconds."""


def mint_access_token(
    identity: Identity,
    *,
    tokens_not_before: int,
    now: datetime,
    until: datetime | None = None,
    authentication: Authentication | None = None,
    client_id: str | None = None,
) -> MintedToken:
    """Sign a token for ``identity``, which is valid for the configured lifetime, or until ``until`` if that is earlier.
    ``authentication`` is how the user signed in; programs' tokens have none, but a ``client_id``.

    A token issued in the second in which all of the user's tokens were revoked would count as revoked, so it is dated
    one second later; verifiers tolerate a clock that is slightly ahead. Raises :class:`TokenTooLong`.
    """
    signing = current().signing
    issued_at = max(int(now.timestamp()), tokens_not_before + 1)
    lifetime = signing.lifetime
    if until is not None:
        lifetime = max(1, min(lifetime, int(until.timestamp()) - issued_at))
    token = mint(
        key_ring().signer(now.timestamp()),
        signing.policy,
        identity,
        token_id=new_identifier("tok"),
        issued_at=issued_at,
        lifetime=lifetime,
        authentication=authentication,
        client_id=client_id,
    )
    if (excess := len(token) - longest_token()) > 0:
        raise TokenTooLong(excess)
    return MintedToken(token, datetime.fromtimestamp(issued_at + lifetime, UTC), lifetime)


def read_own_token(token: bytes, *, now: datetime) -> AccessToken | None:
    """Return the content of a token that this service signed, expired or not; None for any other.

    For sign-out only, where an expired token still shows which session to end.
    """
    keys, policy = key_ring().keys().verification, current().signing.policy
    try:
        parsed = parse(token)
        try:
            return verify_parsed(parsed, keys, policy, now.timestamp())
        except TokenExpired:
            return verify_parsed(parsed, keys, policy, parsed.payload["iat"])
    except TokenError:
        return None
