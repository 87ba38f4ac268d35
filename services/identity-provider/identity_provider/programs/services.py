"""Creation and revocation of programs' credentials. Each secret is returned once, and never again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from .. import audit
from ..accounts.selectors import get_user
from ..configuration import current
from ..revocations.services import revoke_sessions, revoke_user
from ..signin.models import Session
from ..signin.services import roles_in
from . import secret_form
from .errors import TooManyTokens
from .models import ClientSecret, PersonalAccessToken, ServiceAccount

MOST_TOKENS = 50
"""Maximum number of live personal access tokens of a user."""

MOST_ENDED_TOKENS = 50
"""Ended tokens that a user's list keeps. Each creation deletes those beyond."""

LONGEST_LIFETIME = timedelta(days=366)
MOST_AHEAD = 5
"""Seconds by which repeated revocations can move their time ahead; verifiers tolerate 10."""

OVERLAP = timedelta(hours=24)
"""Time for which the previous secret of a service account stays valid by default."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A personal access token with its secret."""

    token: PersonalAccessToken
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret of a service account."""

    account: ServiceAccount
    stored: ClientSecret
    secret: str = field(repr=False)


def create_token(
    *,
    user_id: str,
    name: str,
    scopes: Sequence[str],
    lifetime: timedelta,
    now: datetime,
    session: Session | None = None,
) -> NewToken:
    """Create a personal access token with some of the user's roles in this session; without one, of all roles.

    Raises :class:`TooManyTokens`, :class:`NoAccount`, or Django's :class:`ValidationError` for a scope that the user
    doesn't have.
    """
    secret = secret_form.new_secret(secret_form.PERSONAL)
    with transaction.atomic():
        user = get_user(user_id, lock=True)
        roles = user.known_roles if session is None else roles_in(session, user)
        if beyond := [scope for scope in scopes if scope not in roles]:
            raise ValidationError({"scopes": f"You don't have the role {beyond[0]}. A token has at most your roles."})
        _make_room(user_id, now=now)
        token = PersonalAccessToken(
            user=user,
            name=name,
            scopes=list(scopes),
            digest=secret_form.digest(secret),
            hint=secret_form.hint(secret),
            created_at=now,
            expires_at=now + lifetime,
        )
        token.full_clean(exclude={"user"})
        token.save(force_insert=True)
    audit.record(
        audit.Event.PERSONAL_TOKEN_CREATED,
        user_id=user_id,
        token_id=token.pk,
        scopes=token.scopes,
        expires_at=token.expires_at.isoformat(),
    )
    return NewToken(token, secret)


def revoke_token(*, user_id: str, token_id: str, reason: str = "by_its_user", now: datetime) -> bool:
    """Revoke one of a user's tokens and the access tokens that it was exchanged for. Return False if there is none."""
    with transaction.atomic():
        mine = PersonalAccessToken.objects.filter(pk=token_id, user_id=user_id, revoked_at=None)
        if not mine.update(revoked_at=now):
            return False  # the 404 of the API is the event
        _revoke_grants([token_id])
    audit.record(audit.Event.PERSONAL_TOKEN_REVOKED, user_id=user_id, token_ids=[token_id], reason=reason)
    return True


def revoke_tokens_of(*, user_id: str, now: datetime, **_: Any) -> None:
    """Revoke all tokens of a deactivated user, for good: otherwise they would work again after an activation.

    Their access tokens are revoked with the user's own. A receiver of :data:`accounts.signals.account_deactivated`.
    """
    live = PersonalAccessToken.objects.filter(user_id=user_id, revoked_at=None, expires_at__gt=now)
    ids = list(live.values_list("pk", flat=True))
    if ids:
        PersonalAccessToken.objects.filter(pk__in=ids).update(revoked_at=now)
        audit.record(audit.Event.PERSONAL_TOKEN_REVOKED, user_id=user_id, token_ids=ids, reason="account_deactivated")


def create_service_account(*, name: str, roles: Sequence[str], now: datetime) -> NewSecret:
    """Create a service account with its first secret. Raises Django's :class:`ValidationError`."""
    account = ServiceAccount(name=name, roles=list(roles), created_at=now)
    with _recording_refusals("create"), transaction.atomic():
        account.full_clean()
        account.save(force_insert=True)
        new = _add_secret(account, now=now)
    audit.record(audit.Event.SERVICE_ACCOUNT_CREATED, user_id=account.pk, roles=account.roles, secret_id=new.stored.pk)
    return new


def rotate_secret(*, account: ServiceAccount, overlap: timedelta = OVERLAP, now: datetime) -> NewSecret:
    """Add a secret. The previous one stays valid for ``overlap``; an older one, and its access tokens, end now."""
    with transaction.atomic():
        locked = ServiceAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        live = [secret for secret in locked.secrets.order_by("-created_at", "pk") if secret.is_live(now)]
        for previous in live[:1]:
            ends = now + overlap
            previous.expires_at = min(previous.expires_at, ends) if previous.expires_at else ends
            previous.save(update_fields=["expires_at"])
        ended = [secret.pk for secret in (live[1:] if overlap else live)]
        _end_secrets(ended, now=now)
        new = _add_secret(locked, now=now)
    audit.record(
        audit.Event.SERVICE_ACCOUNT_CHANGED,
        user_id=account.pk,
        reason="secret_added",
        secret_id=new.stored.pk,
        ended_secret_ids=ended,
    )
    return new


def revoke_secret(*, account: ServiceAccount, secret_id: str, now: datetime) -> bool:
    """Revoke one secret and its access tokens. Return False if the account has no such secret."""
    with transaction.atomic():
        if not account.secrets.filter(pk=secret_id, revoked_at=None).exists():
            return False
        _end_secrets([secret_id], now=now)
    audit.record(audit.Event.SERVICE_ACCOUNT_CHANGED, user_id=account.pk, reason="secret_revoked", secret_id=secret_id)
    return True


def set_service_account_roles(*, account: ServiceAccount, roles: Sequence[str]) -> None:
    """Replace the roles. Access tokens with the old ones are revoked. Raises Django's :class:`ValidationError`."""
    before, account.roles = account.roles, list(roles)
    with _recording_refusals("roles", account.pk):
        account.full_clean()
    with transaction.atomic():
        _revoke_access_tokens(account, roles=account.roles)
    audit.record(
        audit.Event.SERVICE_ACCOUNT_CHANGED,
        user_id=account.pk,
        reason="roles",
        roles=account.roles,
        roles_before=before,
    )


def set_service_account_active(*, account: ServiceAccount, active: bool) -> None:
    """Enable or disable the account. A disabled one gets no access tokens, and those that it has are revoked."""
    with transaction.atomic():
        if active:
            ServiceAccount.objects.filter(pk=account.pk).update(is_active=True)
        else:
            _revoke_access_tokens(account, is_active=False)
    reason = "enabled" if active else "disabled"
    audit.record(audit.Event.SERVICE_ACCOUNT_CHANGED, user_id=account.pk, reason=reason)


def _make_room(user_id: str, *, now: datetime) -> None:
    """Raise :class:`TooManyTokens`, or delete the oldest ended tokens of the user, whose row is locked."""
    mine = list(PersonalAccessToken.objects.filter(user_id=user_id).order_by("-created_at"))
    if sum(token.is_live(now) for token in mine) >= MOST_TOKENS:
        raise TooManyTokens
    ended = [token.pk for token in mine if not token.is_live(now)]
    if len(ended) > MOST_ENDED_TOKENS:
        PersonalAccessToken.objects.filter(pk__in=ended[MOST_ENDED_TOKENS:]).delete()


def _add_secret(account: ServiceAccount, *, now: datetime) -> NewSecret:
    secret = secret_form.new_secret(secret_form.CLIENT)
    stored = ClientSecret.objects.create(
        account=account, digest=secret_form.digest(secret), hint=secret_form.hint(secret), created_at=now
    )
    return NewSecret(account, stored, secret)


def _end_secrets(ids: Sequence[str], *, now: datetime) -> None:
    if ids:
        ClientSecret.objects.filter(pk__in=ids).update(revoked_at=now)
        _revoke_grants(ids)


def _revoke_grants(ids: Sequence[str]) -> None:
    """Revoke all access tokens of these credentials, until the longest possible lifetime is over."""
    last = int(datetime.now(UTC).timestamp()) + current().signing.policy.longest_lifetime
    revoke_sessions((grant_id, last) for grant_id in ids)


def _revoke_access_tokens(account: ServiceAccount, **changes: Any) -> None:
    """Change the account and revoke its access tokens, by a time that is read while its row is locked."""
    locked = ServiceAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    # A token minted in the second of the previous revocation is dated one second later.
    now = int(datetime.now(UTC).timestamp())
    moment = max(now, min(locked.tokens_not_before + 1, now + MOST_AHEAD))
    ServiceAccount.objects.filter(pk=account.pk).update(tokens_not_before=moment, **changes)
    revoke_user(account.pk, not_before=moment)


@contextmanager
def _recording_refusals(change: str, user_id: str | None = None) -> Iterator[None]:
    """Record the codes of validation errors, without the values."""
    try:
        yield
    except ValidationError as error:
        codes = sorted({str(each.code) for errors in error.error_dict.values() for each in errors})
        audit.record(audit.Event.SERVICE_ACCOUNT_REFUSED, user_id=user_id, reason=" ".join(codes), change=change)
        raise
