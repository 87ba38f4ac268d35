"""Sessions in which an operator acts as another user (docs/adr/0012-impersonation.md).

Such a session names both: its access tokens have the operator in the claim ``act`` (RFC 8693 §4.1). It changes nothing
in the account (:class:`~identity_provider.edge.NotImpersonated`), and expires after ``VF_IMPERSONATION_LASTS``.
"""

from datetime import datetime, timedelta

from django.db import transaction

from .. import audit
from ..accounts.models import User
from ..accounts.selectors import get_user
from ..configuration import current
from ..roles import OPERATOR
from .client import Client
from .errors import ImpersonationOff, ImpersonationRefused, NotImpersonating
from .models import Session
from .selectors import live_sessions
from .services import SignIn, end_sessions, start_session


def impersonate(*, user_id: str, by: Session, reason: str, client: Client, now: datetime) -> SignIn:
    """Start a session of another user for the operator of the session ``by``, which ends: one browser has one session.

    The caller has locked ``by`` in this transaction. ``reason`` is stored. Raises :class:`NoAccount`,
    :class:`ImpersonationOff`, :class:`ImpersonationRefused` or :class:`TokenTooLong`.
    """
    lasts = current().impersonation_lasts
    if not lasts:
        raise ImpersonationOff
    if not _is_operator(get_user(by.user_id, lock=True)):  # the token is older than the row
        raise ImpersonationRefused("You aren't an operator anymore.")
    user = get_user(user_id, lock=True)
    if user.pk == by.user_id:
        raise ImpersonationRefused("This is your own account.")
    if OPERATOR in user.roles:
        raise ImpersonationRefused("This user is an operator.")
    if not user.is_active:
        raise ImpersonationRefused("This account is locked or closed.")
    session = Session(
        actor=by.user_id,
        remember=False,
        methods="",
        address=client.network,
        user_agent=client.user_agent,
        created_at=now,
        last_used_at=now,
        access_expires_at=now,
        expires_at=now + timedelta(seconds=lasts),
    )
    begun = start_session(session, user, now=now)
    end_sessions(Session.objects.filter(pk=by.pk), now=now)
    audit.record(
        audit.Event.IMPERSONATION_STARTED, user_id=user.pk, actor=by.user_id, reason=reason, session_id=session.pk
    )
    return begun


def stop_impersonation(*, user_id: str, session_id: str, now: datetime) -> None:
    """End a session in which an operator acts as this user. Raises :class:`NotImpersonating`."""
    with transaction.atomic():
        ended = end_sessions(live_sessions(user_id, now=now).filter(pk=session_id).exclude(actor=""), now=now)
    if not ended:
        raise NotImpersonating
    audit.record(audit.Event.IMPERSONATION_STOPPED, user_id=user_id, session_id=session_id)


def may_go_on(session: Session) -> bool:
    """Return True if a session may be refreshed: it is the user's own, or what permitted it is still true."""
    if not session.actor:
        return True
    operator = User.objects.filter(pk=session.actor).first()
    permitted = operator is not None and _is_operator(operator) and bool(current().impersonation_lasts)
    return permitted and OPERATOR not in session.user.roles


def _is_operator(user: User) -> bool:
    return user.is_active and OPERATOR in user.known_roles
