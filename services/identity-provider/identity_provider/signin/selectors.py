"""Queries for sessions."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from .models import RefreshToken, Session
from .refresh_tokens import digest


def live_sessions(user_id: str, *, now: datetime) -> QuerySet[Session]:
    """Return this user's live sessions, the latest use first."""
    return Session.objects.filter(user_id=user_id, revoked_at=None, expires_at__gt=now).order_by("-last_used_at", "id")


def ended_sessions(user_id: str, *, now: datetime) -> QuerySet[Session]:
    """Return this user's ended sessions, the latest use first."""
    ended = Q(revoked_at__isnull=False) | Q(expires_at__lte=now)
    return Session.objects.filter(ended, user_id=user_id).order_by("-last_used_at", "id")


SESSIONS_TO_COMPARE = 100


def has_factor(user_id: str) -> bool:
    """Return True if the user has an authenticator app or a passkey."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=kinds).exists())


def is_new_device(session: Session, *, now: datetime) -> bool:
    """Return True if a user should be told about this new session of a browser without a mark. One query.

    The first session of an account is no news. A client that keeps no cookies, such as a script, is news once an hour.
    """
    others = Session.objects.filter(user_id=session.user_id, actor="").exclude(pk=session.pk).order_by("-created_at")
    rows = list(others.values_list("address", "user_agent", "created_at")[:SESSIONS_TO_COMPARE])
    this = (session.address, session.user_agent)
    again = any(row[:2] == this and now - row[2] < timedelta(hours=1) for row in rows)
    return not again and (bool(rows) or now - session.user.created_at > timedelta(days=30))


def sessions_of_browser(session_ids: Iterable[str], refresh_tokens: Iterable[str]) -> QuerySet[Session]:
    """Return the sessions with these IDs or refresh tokens (used ones too), except revoked ones."""
    digests = [digest(token) for token in refresh_tokens]
    owners = RefreshToken.objects.filter(digest__in=digests).values("session_id")
    return Session.objects.filter(Q(pk__in=list(session_ids)) | Q(pk__in=owners), revoked_at=None)
