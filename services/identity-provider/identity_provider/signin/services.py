"""Signing in, staying signed in, signing out.

Locks are taken in one order everywhere: refresh token, session, user, failure counts. SQLite, which has one
lock, takes it when a transaction begins (IMMEDIATE).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from ..accounts.errors import NoAccount
from ..accounts.models import User
from ..accounts.passwords import check_credentials, is_still_right
from ..accounts.selectors import get_user
from ..configuration import current
from ..revocations.services import revoke_sessions, revoke_user
from ..signing.access_tokens import MintedToken, mint_access_token, read_own_token
from . import limits, selectors
from .client import Client
from .credentials import PresentedCredentials
from .errors import InvalidCredentials
from .models import RefreshToken, Session
from .refresh_tokens import digest, new_refresh_token

KEPT_AFTER_END = timedelta(days=30)
"""How long an ended session is remembered: it tells which networks a user is known from."""

audit = structlog.get_logger("identity_provider.audit")


@dataclass(frozen=True, slots=True)
class SignIn:
    """A live session with the tokens that the client gets now."""

    user: User
    session: Session
    access: MintedToken
    refresh_token: str = field(repr=False)


def sign_in(
    *, name: str, password: str, remember: bool, client: Client, presented: PresentedCredentials, now: datetime
) -> SignIn:
    """Begin a session; the session that the browser had before ends.

    Raises :class:`TooManyAttempts` or :class:`InvalidCredentials`.
    """
    attempt = limits.Attempt.to_sign_in(name, client.network)
    limits.check(attempt, now=now)
    user = check_credentials(name, password)
    # Once more, for a right password and a wrong one alike: others may have failed while it was hashed.
    if not limits.check(attempt, now=now) or user is None:
        limits.record_failure(attempt, now=now)
        audit.warning("sign_in_failed", network=client.network)  # no name: people type passwords there
        raise InvalidCredentials
    with transaction.atomic():
        end_sessions(_sessions_of(presented, now=now), now=now)
        begun = _begin_session(user, password, remember=remember, client=client, now=now)
        limits.forget_failures(attempt)
    audit.info("signed_in", user_id=user.pk, session_id=begun.session.pk, network=client.network)
    return begun


def sign_out(*, presented: PresentedCredentials, now: datetime) -> None:
    """End the session of this browser, found by its refresh token or by an access token, expired or not."""
    with transaction.atomic():
        ended = end_sessions(_sessions_of(presented, now=now), now=now)
    audit.info("signed_out", session_ids=ended)


def sign_out_everywhere(*, user_id: str, now: datetime) -> int:
    """End all sessions of a user and revoke every token issued so far. Returns the number of sessions.

    Raises :class:`NoAccount`.
    """
    with transaction.atomic():
        sessions = _lock(selectors.live_sessions(user_id, now=now))
        Session.objects.filter(pk__in=[session.pk for session in sessions]).update(revoked_at=now)
        revoke_tokens(user_id)
    audit.info("signed_out_everywhere", user_id=user_id, sessions=len(sessions))
    return len(sessions)


def revoke_tokens(user_id: str) -> None:
    """Revoke all access tokens that a user has; call it in a transaction, after the user's sessions are locked.

    The moment is read once the lock is held: a refresh that won the race has minted its token by then.
    """
    user = get_user(user_id, lock=True)
    user.tokens_not_before = _latest_issue(user)
    user.save(update_fields=["tokens_not_before"])
    revoke_user(user_id, not_before=user.tokens_not_before)


def _latest_issue(user: User) -> int:
    """The latest second that a token of this user can name as its own.

    That is now, or a second ahead: a token minted in the second of an earlier revocation is dated one later. Only
    if there is one: otherwise many revocations at once would move the moment ahead of every verifier's clock.
    """
    now, before = int(datetime.now(UTC).timestamp()), user.tokens_not_before
    if now > before:
        return now
    expiry = datetime.fromtimestamp(before + current().signing.lifetime, UTC)
    return before + user.sessions.filter(access_expires_at__gt=expiry).exists()


def end_session(*, user_id: str, session_id: str, now: datetime) -> bool:
    """End one of a user's own sessions. False if there is no such session."""
    with transaction.atomic():
        ended = end_sessions(selectors.live_sessions(user_id, now=now).filter(pk=session_id), now=now)
    audit.info("session_ended", user_id=user_id, session_ids=ended)
    return bool(ended)


def end_other_sessions(*, user_id: str, session_id: str, now: datetime) -> list[str]:
    """End all of a user's sessions but this one."""
    with transaction.atomic():
        return end_sessions(selectors.live_sessions(user_id, now=now).exclude(pk=session_id), now=now)


def end_sessions(sessions: QuerySet[Session], *, now: datetime) -> list[str]:
    """End these sessions and publish it; within a transaction. Returns their ids."""
    locked = _lock(sessions)
    if not locked:
        return []
    ids = [session.pk for session in locked]
    Session.objects.filter(pk__in=ids).update(revoked_at=now)
    revoke_sessions((session.pk, int(max(session.access_expires_at, now).timestamp())) for session in locked)
    return ids


def session_lifetime(session: Session) -> timedelta:
    """How long the session lives without being used."""
    settings = current().sessions
    return timedelta(seconds=settings.remember_lifetime if session.remember else settings.idle_lifetime)


def mint_for(session: Session, user: User, *, now: datetime) -> MintedToken:
    """An access token of the session, whose expiry the session then knows."""
    access = mint_access_token(user.identity(session.pk), tokens_not_before=user.tokens_not_before, now=now)
    session.access_expires_at = max(session.access_expires_at, access.expires_at)
    return access


def delete_ended_sessions(*, now: datetime) -> None:
    """Delete what no decision needs any more: tokens of ended sessions, long-used tokens, old sessions, old counts."""
    settings = current().sessions
    longest = timedelta(seconds=max(settings.remember_lifetime, settings.idle_lifetime))
    RefreshToken.objects.filter(session__expires_at__lt=now).delete()
    RefreshToken.objects.filter(rotated_at__lt=now - longest).delete()
    Session.objects.filter(expires_at__lt=now - KEPT_AFTER_END).delete()
    limits.delete_ended_windows(now=now)


def _begin_session(checked: User, password: str, *, remember: bool, client: Client, now: datetime) -> SignIn:
    # Read again under the lock: roles, password or the account's state may have changed while the password was hashed.
    try:
        user = get_user(checked.pk, lock=True)
    except NoAccount as error:
        raise InvalidCredentials from error
    if not user.is_active or not is_still_right(password, checked, user):
        raise InvalidCredentials
    session = Session(
        user=user,
        remember=remember,
        address=client.network,
        user_agent=client.user_agent,
        created_at=now,
        last_used_at=now,
        access_expires_at=now,
    )
    session.expires_at = now + session_lifetime(session)
    access = mint_for(session, user, now=now)
    session.save(force_insert=True)
    token = new_refresh_token()
    RefreshToken.objects.create(digest=digest(token), session=session, created_at=now)
    return SignIn(user, session, access, token)


def _sessions_of(presented: PresentedCredentials, *, now: datetime) -> QuerySet[Session]:
    read = [read_own_token(token, now=now) for token in presented.access_tokens]
    session_ids = {token.identity.session_id for token in read if token is not None}
    return selectors.sessions_of_browser(session_ids, presented.refresh_tokens)


def _lock(sessions: QuerySet[Session]) -> Sequence[Session]:
    """In the order of the primary key, so that two requests that end the same sessions do not wait for each other."""
    return list(sessions.order_by("pk").select_for_update(no_key=True))
