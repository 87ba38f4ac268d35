"""Queries for factors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from allauth.mfa.models import Authenticator

from ..accounts.models import User
from ..configuration import current

TOTP, RECOVERY_CODES, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES, Authenticator.Type.WEBAUTHN

METHODS = {TOTP: "totp", RECOVERY_CODES: "recovery_code", PASSKEY: "passkey"}
"""The names of factors in the API."""


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors of an account, the oldest first."""

    rows: Sequence[Authenticator]

    @classmethod
    def of(cls, user_id: str) -> Self:
        """Return the factors of this user. One query."""
        return cls(list(Authenticator.objects.filter(user_id=user_id).order_by("pk")))

    @property
    def main(self) -> Sequence[Authenticator]:
        """Return the factors except recovery codes, which only replace another factor."""
        return [row for row in self.rows if row.type != RECOVERY_CODES]

    @property
    def since(self) -> datetime | None:
        """Return when the oldest factor was added: each sign-in since then has used one. None without factors."""
        return min((row.created_at for row in self.main), default=None)

    @property
    def methods(self) -> list[str]:
        """Return the names of the factors that a sign-in can use."""
        kinds = {row.type for row in self.rows} if self.main else set()
        return [name for kind, name in METHODS.items() if kind in kinds]

    @property
    def passkeys(self) -> Sequence[Authenticator]:
        """Return the passkeys."""
        return [row for row in self.rows if row.type == PASSKEY]

    def only(self, kind: str) -> Authenticator | None:
        """Return the factor of a kind of which an account has at most one."""
        return next((row for row in self.rows if row.type == kind), None)

    @property
    def fingerprint(self) -> str:
        """Return a value that changes with each added, removed or replaced factor."""
        return " ".join(f"{row.type}:{row.pk}" for row in self.rows)


def is_required(user: User) -> bool:
    """Return True if a role of the user requires a second factor (``VF_REQUIRE_MFA_ROLES``)."""
    return not current().require_mfa_roles.isdisjoint(user.known_roles)


def roles_of_programs(user: User) -> list[str]:
    """Return the roles that a personal access token of this user can have.

    Roles that require a second factor are missing while the user has none.
    """
    if not is_required(user) or Factors.of(user.pk).main:
        return user.known_roles
    return [role for role in user.known_roles if role not in current().require_mfa_roles]
