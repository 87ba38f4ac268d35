"""Sign-in, sign-out, and the sessions between them.

Locks are always taken in one order: flow, refresh token, session, user, failure counts, factors. SQLite has only one
lock, which it takes when a transaction begins (IMMEDIATE).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from vf_tokens import Identity
from vf_tokens.access import Authentication

from .. import audit
from ..accounts.errors import NoAccount
from ..accounts.models import User
from ..accounts.passwords import check_credentials, is_still_right, spend_like_a_refusal, upgrade
from ..accounts.selectors import get_user
from ..cleaning.rows import BATCH, delete_in_batches
from ..configuration import current
from ..revocations.services import revoke_sessions, revoke_user
from ..signing.access_tokens import MintedToken, mint_access_token, read_own_token
from ..signing.errors import TokenTooLong
from . import limits, selectors
from .authentication import PASSWORD, SEVERAL, acr, joined
from .client import Client
from .client_key import digest as client_key_digest
from .credentials import PresentedCredentials
from .errors import InvalidCredentials, TooManyAttempts
from .known_browsers import NEVER_SEEN, KnownBrowser
from .models import RefreshToken, Session
from .refresh_tokens import digest, new_refresh_token

KEPT_AFTER_END = timedelta(days=30)
"""Time for which an ended session is kept."""

MOST_SESSIONS = 100
"""Maximum number of live sessions of a user. The next sign-in ends the one that was not used for longest."""

MOST_ENDED_SESSIONS = 100
"""Maximum number of ended sessions to keep of a user. Each sign-in deletes some of those beyond."""

FORGOTTEN_AT_ONCE = 3
"""Ended sessions that one sign-in deletes: more than it adds, and few, because each session has up to a thousand
refresh tokens.
"""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A live session with the client's new tokens."""

    user: User
    session: Session
    access: MintedToken
    refresh_token: str = field(repr=False)

    @property
    def roles(self) -> list[str]:
        """Return the roles in the access token."""
        return roles_in(self.session, self.user)


def sign_in(
    *,
    name: str,
    password: str,
    remember: bool,
    client: Client,
    presented: PresentedCredentials,
    now: datetime,
    browser: KnownBrowser = NEVER_SEEN,
    client_key: str = "",
) -> SignIn:
    """Start a session with a password alone, and end the browser's previous one. ``client_key`` as in
    :mod:`.client_key`.

    Raises :class:`TooManyAttempts`, :class:`InvalidCredentials` or :class:`TokenTooLong`.
    """
    user = prove_password(name=name, password=password, client=client, now=now, browser=browser)
    return begin(
        user=user,
        still_proven=lambda current: is_still_right(password, user, current),
        remember=remember,
        client=client,
        presented=presented,
        now=now,
        key_digest=client_key_digest(client_key),
    )


def prove_password(
    *, name: str, password: str, client: Client, now: datetime, browser: KnownBrowser = NEVER_SEEN
) -> User:
    """Return the user with this name and password: the first step of a sign-in.

    Raises :class:`TooManyAttempts` or :class:`InvalidCredentials`.
    """
    attempt = limits.Attempt.to_sign_in(name, client.network, browser)
    with _recording_refusals(attempt.user_id, client):
        user = _prove(attempt, password, now=now)
        limits.record_sign_in(user, client.network, now=now)
    if algorithm := upgrade(user, password):
        audit.record(audit.Event.PASSWORD_HASH_UPGRADED, user_id=user.pk, actor=user.pk, reason=algorithm)
    return user


def begin(
    *,
    user: User,
    still_proven: Callable[[User], bool],
    remember: bool,
    client: Client,
    presented: PresentedCredentials,
    now: datetime,
    key_digest: str = "",
    methods: str = PASSWORD,
) -> SignIn:
    """Start the session of a user who has completed all steps, and end the browser's previous session.

    ``methods`` are those that the user has used (:mod:`.authentication`). ``still_proven`` gets the user as read again
    under lock. It returns False if what the user has proven is no longer
    valid, for example because the password was changed. Raises :class:`InvalidCredentials` or :class:`TokenTooLong`.
    """
    with _recording_refusals(user.pk, client), transaction.atomic():
        ended = _end(_sessions_of(presented, now=now), now=now)
        crowded_out = _make_room(user, now=now)
        new = _new_session(remember=remember, client=client, key_digest=key_digest, methods=methods, now=now)
        begun = _begin_session(new, user.pk, still_proven, now=now)
    _record_ends(audit.Event.SESSION_ENDED, ended, reason="signed_in_again")
    _record_ends(audit.Event.SESSION_ENDED, crowded_out, reason="too_many_sessions")
    audit.record(
        audit.Event.SIGNED_IN, user_id=user.pk, actor=user.pk, network=client.network, session_id=begun.session.pk
    )
    return begun


@contextmanager
def _recording_refusals(user_id: str | None, client: Client) -> Iterator[None]:
    try:
        yield
    except TooManyAttempts as refusal:
        audit.record(audit.Event.SIGN_IN_LIMITED, user_id=user_id, reason=refusal.reason, network=client.network)
        raise
    except InvalidCredentials as refusal:
        audit.record(audit.Event.SIGN_IN_FAILED, user_id=user_id, reason=refusal.reason, network=client.network)
        raise
    except TokenTooLong as refusal:
        audit.record(audit.Event.SIGN_IN_FAILED, user_id=user_id, reason=refusal.default_code, network=client.network)
        raise


def lock_sessions_of(presented: PresentedCredentials, *, now: datetime) -> None:
    """Lock the sessions that a sign-in from this browser will end. Do this before you count anything."""
    _lock(_sessions_of(presented, now=now))


def sign_out(*, presented: PresentedCredentials, now: datetime) -> None:
    """End this browser's session, found by its refresh token or by an access token, expired or not."""
    with transaction.atomic():
        ended = _end(_sessions_of(presented, now=now), now=now)
    _record_ends(audit.Event.SIGNED_OUT, ended)
    if not ended:
        audit.record(audit.Event.SIGNED_OUT, reason="no_session")


def sign_out_everywhere(*, user_id: str, now: datetime) -> int:
    """End all sessions of a user and revoke every token issued so far. Return the number of sessions.

    Raises :class:`NoAccount`.
    """
    with transaction.atomic():
        sessions = _lock(selectors.live_sessions(user_id, now=now))
        Session.objects.filter(pk__in=[session.pk for session in sessions]).update(revoked_at=now)
        revoke_tokens(user_id)
    audit.record(audit.Event.SIGNED_OUT_EVERYWHERE, user_id=user_id, session_ids=[session.pk for session in sessions])
    return len(sessions)


def revoke_tokens(user_id: str) -> None:
    """Revoke all access tokens of a user. Call this in a transaction, after locking the user's sessions.

    The time is read while the lock is held: a concurrent refresh that came first has minted its token by then.
    """
    end_sessions(Session.objects.filter(actor=user_id, revoked_at=None), now=datetime.now(UTC))  # as another user
    user = get_user(user_id, lock=True)
    user.tokens_not_before = _latest_issue(user)
    user.save(update_fields=["tokens_not_before"])
    revoke_user(user_id, not_before=user.tokens_not_before)


def _latest_issue(user: User) -> int:
    """Return the latest second in which a token of this user can have been issued.

    That is now, or one second ahead: a token minted in the second of an earlier revocation is dated one second later.
    Without such a revocation it is now; otherwise repeated revocations would move the time ahead of every verifier's
    clock.
    """
    now, before = int(datetime.now(UTC).timestamp()), user.tokens_not_before
    if now > before:
        return now
    expiry = datetime.fromtimestamp(before + current().signing.lifetime, UTC)
    return before + user.sessions.filter(access_expires_at__gt=expiry).exists()


def end_session(*, user_id: str, session_id: str, reason: str = "by_its_user", now: datetime) -> bool:
    """End one of a user's sessions. Return False if there is no such session."""
    with transaction.atomic():
        ended = end_sessions(selectors.live_sessions(user_id, now=now).filter(pk=session_id), now=now)
    if ended:  # otherwise, the 404 of the API is the event
        audit.record(audit.Event.SESSION_ENDED, user_id=user_id, session_ids=ended, reason=reason)
    return bool(ended)


def sign_out_others(*, user_id: str, session_id: str, now: datetime) -> int:
    """End all sessions of a user except this one, with their access tokens. Return their number."""
    ended = end_other_sessions(user_id=user_id, session_id=session_id, now=now)
    if ended:
        audit.record(
            audit.Event.SESSION_ENDED, user_id=user_id, session_ids=ended, count=len(ended), reason="others_by_its_user"
        )
    return len(ended)


def end_other_sessions(*, user_id: str, session_id: str, now: datetime) -> list[str]:
    """End all sessions of a user except this one."""
    with transaction.atomic():
        return end_sessions(selectors.live_sessions(user_id, now=now).exclude(pk=session_id), now=now)


def end_sessions(sessions: QuerySet[Session], *, now: datetime) -> list[str]:
    """End these sessions and publish the revocation; within a transaction. Return their IDs."""
    return [session.pk for session in _end(sessions, now=now)]


def record_proof(session: Session, *, methods: Iterable[str], now: datetime) -> None:
    """Record that the user of this session has proven the identity again. The caller has locked the session."""
    session.methods = joined(session.used_factors, methods)
    session.authenticated_at = now
    session.save(update_fields=["methods", "authenticated_at"])


def session_lifetime(session: Session) -> timedelta:
    """Return how long the session stays valid without use."""
    settings = current().sessions
    return timedelta(seconds=settings.remember_lifetime if session.remember else settings.idle_lifetime)


def expiry(session: Session, *, used_at: datetime) -> datetime:
    """Return when a session expires that was used at this time. One of an operator isn't extended."""
    return session.expires_at if session.actor else used_at + session_lifetime(session)


def roles_in(session: Session, user: User) -> list[str]:
    """Return the user's roles in this session, without those that require a factor if none was used in it.

    They are missing too while the user has no factor any more.
    """
    withheld = current().require_mfa_roles.intersection(user.known_roles)
    if withheld and SEVERAL in session.used_factors and selectors.has_factor(user.pk):
        return user.known_roles
    return [role for role in user.known_roles if role not in withheld]


def identity_in(session: Session, user: User) -> Identity:
    """Return the identity in the access tokens of this session."""
    return replace(user.identity(session.pk), roles=tuple(roles_in(session, user)), actor_id=session.actor)


def mint_for(session: Session, user: User, *, now: datetime) -> MintedToken:
    """Mint an access token of the session, and store its expiry in the session."""
    methods = tuple(session.used_factors)
    proof = Authentication(acr(methods), methods, int(session.proven_at.timestamp()))
    access = mint_access_token(
        identity_in(session, user),
        tokens_not_before=user.tokens_not_before,
        now=now,
        until=session.expires_at if session.actor else None,
        authentication=None if session.actor else proof,  # the user has proven nothing
    )
    session.access_expires_at = max(session.access_expires_at, access.expires_at)
    return access


def delete_ended_sessions(*, now: datetime) -> None:
    """Delete data without effect: tokens of ended sessions, old used tokens, old sessions, old counts."""
    settings = current().sessions
    longest = timedelta(seconds=max(settings.remember_lifetime, settings.idle_lifetime))
    delete_in_batches(RefreshToken.objects.filter(session__expires_at__lt=now))
    delete_in_batches(RefreshToken.objects.filter(rotated_at__lt=now - longest))
    delete_in_batches(Session.objects.filter(expires_at__lt=now - KEPT_AFTER_END))
    delete_in_batches(limits.ended_windows(now=now))


def _prove(attempt: limits.Attempt, password: str, *, now: datetime) -> User:
    """Return the user with this name and password. Raises :class:`TooManyAttempts` or :class:`InvalidCredentials`, and
    counts.
    """
    limits.check(attempt, now=now)
    user = check_credentials(attempt.name, password)
    allowed = False
    try:
        # Check again, for correct and incorrect passwords alike: others may have failed during the hashing.
        allowed = limits.check(attempt, now=now)
    finally:
        if user is not None and not allowed:
            spend_like_a_refusal(password, user)
    if user is None or not allowed:
        limits.record_failure(attempt, now=now)
        raise InvalidCredentials(_why(attempt, allowed=allowed))
    return user


def _why(attempt: limits.Attempt, *, allowed: bool) -> str:
    if attempt.user is None:
        return "unknown_name"
    if not attempt.user.is_active:
        return "account_deactivated"
    return "wrong_password" if allowed else "account_limited"


def _make_room(user: User, *, now: datetime) -> Sequence[Session]:
    """Limit a user's rows before another is added. Return the sessions that ended.

    This runs before the user is locked (the order of locks), so concurrent sign-ins can exceed the limits slightly.
    """
    live = selectors.live_sessions(user.pk, now=now)
    crowded_out = live.values_list("pk", flat=True)[MOST_SESSIONS - 1 : MOST_SESSIONS - 1 + BATCH]
    ended = selectors.ended_sessions(user.pk, now=now).values_list("pk", flat=True)
    forgotten = list(ended[MOST_ENDED_SESSIONS : MOST_ENDED_SESSIONS + FORGOTTEN_AT_ONCE])
    if forgotten:
        Session.objects.filter(pk__in=forgotten).delete()
    ids = list(crowded_out)
    return _end(Session.objects.filter(pk__in=ids, revoked_at=None), now=now) if ids else []


def _new_session(*, remember: bool, client: Client, key_digest: str, methods: str, now: datetime) -> Session:
    return Session(
        remember=remember,
        address=client.network,
        user_agent=client.user_agent,
        client_key_digest=key_digest,
        methods=methods,
        created_at=now,
        authenticated_at=now,
        last_used_at=now,
        access_expires_at=now,
    )


def _begin_session(session: Session, user_id: str, still_proven: Callable[[User], bool], *, now: datetime) -> SignIn:
    # Read again under the lock: roles, password or the account's state may have changed since the first step.
    try:
        user = get_user(user_id, lock=True)
    except NoAccount as error:
        raise InvalidCredentials("account_deleted") from error
    if not user.is_active:
        raise InvalidCredentials("account_deactivated")
    if not still_proven(user):
        raise InvalidCredentials("password_changed")
    session.expires_at = now + session_lifetime(session)
    return start_session(session, user, now=now)


def start_session(session: Session, user: User, *, now: datetime) -> SignIn:
    """Store a new session of this user, who is locked, and return its tokens. Raises :class:`TokenTooLong`."""
    session.user = user
    access = mint_for(session, user, now=now)
    session.save(force_insert=True)
    token = new_refresh_token()
    RefreshToken.objects.create(digest=digest(token), session=session, created_at=now)
    return SignIn(user, session, access, token)


def _sessions_of(presented: PresentedCredentials, *, now: datetime) -> QuerySet[Session]:
    read = [read_own_token(token, now=now) for token in presented.access_tokens]
    session_ids = {token.identity.session_id for token in read if token is not None}
    return selectors.sessions_of_browser(session_ids, presented.refresh_tokens)


def _end(sessions: QuerySet[Session], *, now: datetime) -> Sequence[Session]:
    """End these sessions and publish the revocation; within a transaction."""
    locked = _lock(sessions)
    if locked:
        Session.objects.filter(pk__in=[session.pk for session in locked]).update(revoked_at=now)
        revoke_sessions((session.pk, int(max(session.access_expires_at, now).timestamp())) for session in locked)
    return locked


def _record_ends(event: audit.Event, ended: Sequence[Session], *, reason: str | None = None) -> None:
    """Record one line for each user: a browser can have sessions of several users."""
    for user_id, actor in sorted({(session.user_id, session.actor) for session in ended}):
        ids = [session.pk for session in ended if (session.user_id, session.actor) == (user_id, actor)]
        audit.record(event, user_id=user_id, actor=actor or user_id, reason=reason, session_ids=ids)


def _lock(sessions: QuerySet[Session]) -> Sequence[Session]:
    """Lock in the order of the primary key, so that two requests that end the same sessions do not deadlock."""
    return list(sessions.order_by("pk").select_for_update(no_key=True))
