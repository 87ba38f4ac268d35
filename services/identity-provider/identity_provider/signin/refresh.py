"""Rotation of refresh tokens (RFC 9700 §4.14.2): each is used once, and its second use ends the session.

Except within the grace window, in which the client that replaced the token gets the same successor again: two tabs that
refresh at the same moment, or a response that was lost, are no theft. A client that gave a key when it signed in is
known by it (:mod:`.client_key`). One without is known by its network and user agent. Another client's use of a replaced
token is reuse at any time.

Work and rows are bounded. A session is refreshed at most :data:`MOST_ROTATIONS` times in :data:`WINDOW`, and keeps
:data:`MOST_USED_TOKENS` replaced tokens, so a reuse of one that is older still is refused but ends nothing.
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
from .last_use import note_use
from .limits import record_repeated_refresh
from .models import RefreshToken, Session
from .refresh_tokens import digest, successor
from .services import SignIn, end_sessions, mint_for, session_lifetime

WINDOW = timedelta(minutes=1)
MOST_ROTATIONS = 120
"""In a window. An access token lives for ten seconds at least, and all tabs of a browser share one rotation."""

MOST_USED_TOKENS = 1000
"""Three days of a session that is refreshed every five minutes."""

CLEANED_EVERY = 100
"""Rotations after which a session's oldest replaced tokens are deleted."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no new token; for the log only."""

    reason: str
    user_id: str | None = None
    wait: float | None = None
    """Seconds until the next refresh is allowed, if that is the reason."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The tokens that the client gets now, and whether it had them before."""

    sign_in: SignIn
    again: bool


def refresh(token: str, *, client: Client, client_key: str = "", now: datetime) -> SignIn:
    """New tokens for a refresh token.

    Raises :class:`RefreshRefused`, :class:`ClientKeyMissing`, :class:`TooManyRefreshes` or :class:`TokenTooLong`, and
    then rotates nothing.
    """
    try:
        with transaction.atomic():
            outcome = _rotate(token, client, client_key, now=now)
    except TokenTooLong as refusal:
        owner = RefreshToken.objects.filter(digest=digest(token)).values_list("session__user_id", flat=True).first()
        audit.record(audit.Event.REFRESH_REFUSED, user_id=owner, actor=owner, reason=refusal.default_code)
        raise
    # Raised outside: what a reuse has revoked must not be rolled back.
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
    audit.record(event, user_id=user_id, actor=user_id, network=client.network, session_id=outcome.sign_in.session.pk)
    return outcome.sign_in


def _rotate(token: str, client: Client, client_key: str, *, now: datetime) -> Refreshed | Refusal:
    stored = _lock(token)
    if stored is None:
        return Refusal("unknown_token")
    session = stored.session
    if not session.is_live(now) or not session.user.is_active:
        return Refusal("session_ended", session.user_id)
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
    """The token with its session and user, all locked: of requests at the same moment, one rotates."""
    tokens = RefreshToken.objects.select_related("session__user")
    locked = tokens.select_for_update(of=("self", "session", "session__user"), no_key=True)
    return locked.filter(digest=digest(token)).first()


def _count(session: Session, now: datetime) -> float:
    """Count a rotation. Returns the seconds to wait if there were too many, and then counts nothing."""
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
    """The token that is current now; None if the chain does not lead there. One query, and a bounded walk.

    Normally the successor. If that was rotated within the window too, the later one: the browser's tabs share one
    cookie, and an old token put back there would look like a theft at its next use.
    """
    ends = set(RefreshToken.objects.filter(session=session, rotated_at=None).values_list("digest", flat=True))
    for _ in range(2 * MOST_ROTATIONS + 1):  # the longest grace is a window, which two counted ones can overlap
        token = successor(token, current().sessions.refresh_secret)
        if digest(token) in ends:
            return token
    return None


def _answer(session: Session, token: str, *, now: datetime) -> SignIn:
    access = mint_for(session, session.user, now=now)
    note_use(session, now)
    session.expires_at = now + session_lifetime(session)
    session.save(
        update_fields=[
            *("last_used_at", "used_before", "expires_at", "access_expires_at"),
            *("rotations", "window_began_at", "window_rotations"),
        ]
    )
    return SignIn(session.user, session, access, token)


def _end_reused(session: Session, reason: str, client: Client, *, now: datetime) -> Refusal:
    """Somebody else has had this token, the thief or the owner: nobody can tell, so neither goes on."""
    end_sessions(Session.objects.filter(pk=session.pk), now=now)
    audit.record(
        audit.Event.REFRESH_TOKEN_REUSED,
        user_id=session.user_id,
        network=client.network,
        reason=reason,
        session_id=session.pk,
    )
    return Refusal("token_reused", session.user_id)
