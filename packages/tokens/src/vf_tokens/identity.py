"""The identity that a token proves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a user. All strings are Unicode text, none of them None."""

    user_id: str
    """Opaque and stable. Services store this value."""
    username: str
    email: str
    roles: tuple[str, ...]
    session_id: str
    """The session that the token belongs to; empty if the issuer names none."""
    actor_id: str = ""
    """The operator who uses this session as its user (RFC 8693 §4.1); empty if the user acts."""

    def has_role(self, *roles: str) -> bool:
        """Return True if the identity has at least one of ``roles``."""
        return not set(roles).isdisjoint(self.roles)
