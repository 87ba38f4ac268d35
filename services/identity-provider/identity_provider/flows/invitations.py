"""Invitations: a signed email address with the roles of the account to create.

Only its use is stored, until it expires: the account can be deleted, or get another address, before that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from ..accounts.names import email_key
from ..signin.limits import Limit, record_request

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


def use(text: str, *, now: datetime) -> bool:
    """Mark a valid invitation as used, in the transaction that creates the account. Return False if it was used."""
    return not record_request("invitation", Limit(1, LASTS), text, now=now)
