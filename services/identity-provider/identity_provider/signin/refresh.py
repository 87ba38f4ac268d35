"""Rotation of refresh tokens (RFC 9700 §4.14.2): each is used once, and its second use ends the session.

Except within the grace window, in which a used token gives the same successor: two tabs that refresh at the same
moment are no thief.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from .. import audit
from ..configuration import current
from ..signing.errors import TokenTooLong
from .errors import RefreshRefused
from .models import RefreshToken, Session
from .refresh_tokens import digest, successor
from .services import SignIn, end_sessions, mint_for, session_lifetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no new token; for the log only."""

    reason: str
    user_id: str | None = None


def refresh(token: str, *, now: datetime) -> SignIn:
    """New tokens for a refresh token. Raises :class:`RefreshRefused`, or :class:`TokenTooLong` and rotates nothing."""
    try:
        with transaction.atomic():
            outcome = _rotate(token, now=now)
    except TokenTooLong as refusal:
        owner = RefreshToken.objects.filter(digest=digest(token)).values_list("session__user_id", flat=True).first()
        audit.record(audit.Event.REFRESH_REFUSED, user_id=owner, actor=owner, reason=refusal.default_code)
        raise
    # Raised outside: what a reuse has revoked must not be rolled back.
    if isinstance(outcome, Refusal):
        audit.record(audit.Event.REFRESH_REFUSED, user_id=outcome.user_id, actor=outcome.user_id, reason=outcome.reason)
        raise RefreshRefused
    user_id = outcome.user.pk
    audit.record(audit.Event.SESSION_REFRESHED, user_id=user_id, actor=user_id, session_id=outcome.session.pk)
    return outcome


def _rotate(token: str, *, now: datetime) -> SignIn | Refusal:
    stored = _lock(token)
    if stored is None:
        return Refusal("unknown_token")
    session = stored.session
    if not session.is_live(now) or not session.user.is_active:
        return Refusal("session_ended", session.user_id)
    if stored.rotated_at is None:
        return _answer(session, _replace(stored, token, now=now), now=now)
    if now - stored.rotated_at <= timedelta(seconds=current().sessions.grace):
        newest = _newest(token)
        return Refusal("secret_changed", session.user_id) if newest is None else _answer(session, newest, now=now)
    return _end_reused(session, now=now)


def _lock(token: str) -> RefreshToken | None:
    """The token with its session and user, all locked: of requests at the same moment, one rotates."""
    tokens = RefreshToken.objects.select_related("session__user")
    locked = tokens.select_for_update(of=("self", "session", "session__user"), no_key=True)
    return locked.filter(digest=digest(token)).first()


def _replace(stored: RefreshToken, token: str, *, now: datetime) -> str:
    stored.rotated_at = now
    stored.save(update_fields=["rotated_at"])
    following = successor(token, current().sessions.refresh_secret)
    RefreshToken.objects.create(digest=digest(following), session=stored.session, created_at=now)
    return following


def _newest(token: str) -> str | None:
    """The token that is current now; None if the chain does not lead there.

    Normally the successor. If that was rotated within the window too, the later one: the browser's tabs share one
    cookie, and an old token put back there would look like a theft at its next use.
    """
    while True:
        token = successor(token, current().sessions.refresh_secret)
        stored = RefreshToken.objects.filter(digest=digest(token)).first()
        if stored is None:
            return None
        if stored.rotated_at is None:
            return token


def _answer(session: Session, token: str, *, now: datetime) -> SignIn:
    access = mint_for(session, session.user, now=now)
    session.last_used_at = now
    session.expires_at = now + session_lifetime(session)
    session.save(update_fields=["last_used_at", "expires_at", "access_expires_at"])
    return SignIn(session.user, session, access, token)


def _end_reused(session: Session, *, now: datetime) -> Refusal:
    """Somebody else has had this token, the thief or the owner: nobody can tell, so neither goes on."""
    end_sessions(Session.objects.filter(pk=session.pk), now=now)
    audit.record(audit.Event.REFRESH_TOKEN_REUSED, user_id=session.user_id, session_id=session.pk)
    return Refusal("token_reused", session.user_id)
