"""Requirements for the access tokens of one issuer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

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
