"""Rotation of refresh tokens (RFC 9700 §4.14.2): each is used once, and a second use ends the session.

Within the grace period, the client that replaced the token gets the same successor again: two tabs that refresh at the
same moment, or a lost response, are no theft. A client that sent a key at sign-in is identified by it
(:mod:`.client_key`), any other by its network and user agent. Use of a replaced token by another client always counts
as reuse.

Work and rows are bounded. A session is refreshed at most :data:`MOST_ROTATIONS` times in :data:`WINDOW`, and keeps
:data:`MOST_USED_TOKENS` replaced tokens. Reuse of an even older token is rejected but doesn't end the session.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from .. import audit
from ..configuration import current
from ..signing.errors import TokenTooLong
from . import client_key as keys
from .client import Client
from .errors import ClientKeyMissing, RefreshRefused, TooManyRefreshes
from .impersonation import may_go_on
from .last_use import note_use
from .limits import record_repeated_refresh
from .models import RefreshToken, Session
from .refresh_tokens import digest, successor
from .services import SignIn, end_sessions, expiry, mint_for

WINDOW = timedelta(minutes=1)
MOST_ROTATIONS = 120
"""Maximum rotations in a window. An access token is valid for at least ten seconds, and all tabs of a browser share one
rotation.
"""

MOST_USED_TOKENS = 1000
"""Maximum number of replaced tokens to keep: three days of a session that is refreshed every five minutes."""

CLEANED_EVERY = 100
"""Number of rotations after which a session's oldest replaced tokens are deleted."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why there is no new token; for the log only."""

    reason: str
    user_id: str | None = None
    """The user of the session, whose holder is the actor."""
    wait: float | None = None
    """Seconds until the next refresh is allowed, if that is the reason."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The client's tokens, and whether it had received them before."""

    sign_in: SignIn
    again: bool


def refresh(token: str, *, client: Client, client_key: str = "", now: datetime) -> SignIn:
    """Return new tokens for a refresh token.

    Raises :class:`RefreshRefused`, :class:`ClientKeyMissing`, :class:`TooManyRefreshes` or :class:`TokenTooLong`
    without rotating.
    """
    try:
        with transaction.atomic():
            outcome = _rotate(token, client, client_key, now=now)
    except TokenTooLong as refusal:
        owner = RefreshToken.objects.filter(digest=digest(token)).values_list("session__user_id", flat=True).first()
        audit.record(audit.Event.REFRESH_REFUSED, user_id=owner, actor=owner, reason=refusal.default_code)
        raise
    # Raised outside the transaction, so that the revocation after a reuse isn't rolled back.
    if isinstance(outcome, Refusal):
        audit.record(
            audit.Event.REFRESH_REFUSED,
            user_id=outcome.user_id,
            actor=outcome.user_id,
            network=client.network,
            reason=outcome.reason,
        )
        if outcome.wait is not None:
            raise TooManyRefreshes(outcome.wait)
        raise ClientKeyMissing if outcome.reason == "client_key_missing" else RefreshRefused
    user_id = outcome.sign_in.user.pk
    event = audit.Event.REFRESH_REPEATED if outcome.again else audit.Event.SESSION_REFRESHED
    session = outcome.sign_in.session
    actor = session.actor or user_id
    audit.record(event, user_id=user_id, actor=actor, network=client.network, session_id=session.pk)
    return outcome.sign_in


def _rotate(token: str, client: Client, client_key: str, *, now: datetime) -> Refreshed | Refusal:
    stored = _lock(token)
    if stored is None:
        return Refusal("unknown_token")
    session = stored.session
    if not session.is_live(now) or not session.user.is_active:
        return Refusal("session_ended", session.user_id)
    if not may_go_on(session):
        end_sessions(Session.objects.filter(pk=session.pk), now=now)
        return Refusal("impersonation_ended", session.user_id)
    proved = keys.is_right(client_key, session.client_key_digest)
    if stored.rotated_at is None:
        if wait := _count(session, now):
            return Refusal("too_many_refreshes", session.user_id, wait)
        return Refreshed(_answer(session, _replace(stored, token, client, proved, now=now), now=now), again=False)
    if now - stored.rotated_at > timedelta(seconds=current().sessions.grace):
        return _end_reused(session, "after_grace", client, now=now)
    if stored.rotated_by != client.fingerprint() and not (proved and stored.rotated_with_key):
        return _end_reused(session, "another_client", client, now=now)
    if session.client_key_digest and not proved:
        return Refusal("client_key_missing", session.user_id)
    newest = _newest(token, session)
    if newest is None:
        return Refusal("secret_changed", session.user_id)
    if wait := record_repeated_refresh(session.pk, now=now):
        return Refusal("too_many_refreshes", session.user_id, wait)
    return Refreshed(_answer(session, newest, now=now), again=True)


def _lock(token: str) -> RefreshToken | None:
    """Return the token with its session and user, all locked: of concurrent requests, one rotates."""
    tokens = RefreshToken.objects.select_related("session__user")
    locked = tokens.select_for_update(of=("self", "session", "session__user"), no_key=True)
    return locked.filter(digest=digest(token)).first()


def _count(session: Session, now: datetime) -> float:
    """Count a rotation, or return the seconds to wait without counting if there were too many."""
    if session.window_began_at is None or not timedelta() <= now - session.window_began_at < WINDOW:
        session.window_began_at, session.window_rotations = now, 0
    elif session.window_rotations >= MOST_ROTATIONS:
        return (session.window_began_at + WINDOW - now).total_seconds()
    session.window_rotations += 1
    session.rotations += 1
    return 0


def _replace(stored: RefreshToken, token: str, client: Client, proved: bool, *, now: datetime) -> str:
    stored.rotated_at, stored.rotated_by, stored.rotated_with_key = now, client.fingerprint(), proved
    stored.save(update_fields=["rotated_at", "rotated_by", "rotated_with_key"])
    following = successor(token, current().sessions.refresh_secret)
    RefreshToken.objects.create(digest=digest(following), session=stored.session, created_at=now)
    if stored.session.rotations % CLEANED_EVERY == 0:
        _delete_oldest(stored.session)
    return following


def _delete_oldest(session: Session) -> None:
    used = RefreshToken.objects.filter(session=session, rotated_at__isnull=False).order_by("-rotated_at")
    oldest = used.values_list("pk", flat=True)[MOST_USED_TOKENS : MOST_USED_TOKENS + 2 * CLEANED_EVERY]
    RefreshToken.objects.filter(pk__in=list(oldest)).delete()


def _newest(token: str, session: Session) -> str | None:
    """Return the current token; None if the chain doesn't lead to it. One query, and a bounded walk.

    Normally this is the successor. If the successor was rotated within the window too, it is the later token: the
    browser's tabs share one cookie, and setting an old token would look like a theft at its next use.
    """
    ends = set(RefreshToken.objects.filter(session=session, rotated_at=None).values_list("digest", flat=True))
    for _ in range(2 * MOST_ROTATIONS + 1):  # the maximum grace period overlaps two windows
        token = successor(token, current().sessions.refresh_secret)
        if digest(token) in ends:
            return token
    return None


def _answer(session: Session, token: str, *, now: datetime) -> SignIn:
    access = mint_for(session, session.user, now=now)
    note_use(session, now)
    session.expires_at = expiry(session, used_at=now)
    session.save(
        update_fields=[
            *("last_used_at", "used_before", "expires_at", "access_expires_at"),
            *("rotations", "window_began_at", "window_rotations"),
        ]
    )
    return SignIn(session.user, session, access, token)


def _end_reused(session: Session, reason: str, client: Client, *, now: datetime) -> Refusal:
    """End the session: a second client has this token, and the thief and the owner can't be told apart."""
    end_sessions(Session.objects.filter(pk=session.pk), now=now)
    audit.record(
        audit.Event.REFRESH_TOKEN_REUSED,
        user_id=session.user_id,
        network=client.network,
        reason=reason,
        session_id=session.pk,
    )
    return Refusal("token_reused", session.user_id)
