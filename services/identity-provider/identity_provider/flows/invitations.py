"""Invitations: a signed email address with the roles of the account to create.

Only the time of a use is stored, until all earlier invitations have expired: the account can be deleted, or get another
address, before that. A use ends every earlier invitation for the address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from ..accounts.names import email_key
from ..signin.limits import replace_time

LASTS = timedelta(days=7)
_SALT = "identity_provider.flows.invitations"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A valid invitation. Whoever has it has received the email, so the address counts as verified."""

    email: str
    roles: tuple[str, ...]
    created_at: datetime


def create(email: str, roles: Sequence[str] = ()) -> str:
    """Return an invitation for this address."""
    at = datetime.now(UTC).timestamp()
    return signing.dumps({"email": email, "roles": list(roles), "at": at}, salt=_SALT)


def read(text: str, *, email: str) -> Invitation | None:
    """Return the invitation, or None if it is invalid, has expired or is for another address."""
    try:
        given = signing.loads(text, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    if email_key(given["email"]) != email_key(email):
        return None
    return Invitation(given["email"], tuple(given["roles"]), datetime.fromtimestamp(given.get("at", 0), UTC))


def use(invitation: Invitation, *, now: datetime) -> bool:
    """Mark an invitation as used, in the transaction that creates the account.

    Return False if this or a later one for the address was used. Of two concurrent uses, one creates the account.
    """
    used_at = replace_time("invitation", email_key(invitation.email), lasts=LASTS, now=now)
    return used_at is None or used_at < invitation.created_at
