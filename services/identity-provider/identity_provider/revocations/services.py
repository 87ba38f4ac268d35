"""Functions that record revocations. Call each in the transaction of the change that causes the revocation."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from ..cleaning.rows import delete_in_batches
from ..configuration import current
from .models import Kind, Revocation
from .publisher import publish_pending

MARGIN = 60
"""Seconds that an entry outlives the last token that it revokes, because clocks differ."""


def revoke_sessions(expiries: Iterable[tuple[str, int]]) -> None:
    """Revoke sessions: pairs of session ID and the second since 1970 at which its newest access token expires."""
    _record(
        Revocation(kind=Kind.SESSION, subject=session_id, expires_at=expires_at + MARGIN)
        for session_id, expires_at in expiries
    )


def revoke_user(user_id: str, *, not_before: int) -> None:
    """Revoke all of a user's tokens issued in the second ``not_before`` or earlier.

    The entry is kept for the maximum lifetime of a token: the setting may have been higher when the tokens were minted.
    """
    longest = current().signing.policy.longest_lifetime
    _record(
        [Revocation(kind=Kind.USER, subject=user_id, not_before=not_before, expires_at=not_before + longest + MARGIN)]
    )


def delete_expired_revocations(*, now: datetime) -> None:
    """Delete entries whose tokens have all expired."""
    delete_in_batches(Revocation.objects.filter(expires_at__lte=int(now.timestamp())))


def _record(revocations: Iterable[Revocation]) -> None:
    """Write to the outbox now, publish when the transaction has committed."""
    recorded = Revocation.objects.bulk_create(revocations)
    if recorded:
        transaction.on_commit(lambda: publish_pending([revocation.pk for revocation in recorded]))
