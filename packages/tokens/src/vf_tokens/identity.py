"""The identity that a token proves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Who makes a request. All strings are exact Unicode text, none of them None."""

    user_id: str
    """Opaque and stable; what services store."""
    username: str
    email: str
    roles: tuple[str, ...]
    session_id: str
    """The sign-in that the token belongs to; empty when the issuer names none."""

    def has_role(self, *roles: str) -> bool:
        """True if the identity has at least one of ``roles``."""
        return not set(roles).isdisjoint(self.roles)
