"""Invitations: a signed email address with the roles of the account to create.

Nothing is stored. An invitation works once, because its email address then has an account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from ..accounts.names import email_key

LASTS = timedelta(days=7)
_SALT = "identity_provider.flows.invitations"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A valid invitation. Whoever has it has received the email, so the address counts as verified."""

    email: str
    roles: tuple[str, ...]


def create(email: str, roles: Sequence[str] = ()) -> str:
    """Return an invitation for this address."""
    return signing.dumps({"email": email, "roles": list(roles)}, salt=_SALT)


def read(text: str, *, email: str) -> Invitation | None:
    """Return the invitation, or None if it is invalid, has expired or is for another address."""
    try:
        given = signing.loads(text, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    if email_key(given["email"]) != email_key(email):
        return None
    return Invitation(given["email"], tuple(given["roles"]))
