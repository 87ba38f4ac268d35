"""The exchange of a program's credential for a short access token. Two statements, and no password hash.

The roles in the token are the credential's scopes that its owner has at this moment. Roles that require a second factor
are missing while the owner has none. The owner's row is locked while
the token is minted: a concurrent change of roles, or a deactivation, either comes first and is respected, or revokes
the token, because its time is read under the same lock.

Credentials have 238 random bits, so nobody guesses one. The limits protect the database and the log: a valid credential
is exchanged at most :data:`MOST_EXCHANGES` times in :data:`WINDOW`, and wrong ones from one network get 429 beyond
:data:`WRONG`. Wrong ones never keep a valid one out.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db import transaction

from .. import audit
from ..factors.selectors import roles_of_programs
from ..signin.errors import TooManyAttempts
from ..signin.last_use import hour_of
from ..signin.limits import Count, Limit, record_failure
from ..signing.access_tokens import MintedToken, mint_access_token
from . import secret_form
from .errors import ExchangeRefused, TooManyExchanges, invalid_client, invalid_scope, invalid_token
from .models import ClientSecret, Credential, PersonalAccessToken

WINDOW = timedelta(minutes=1)
MOST_EXCHANGES = 600
"""Maximum exchanges of one credential in a window. A program needs one in the lifetime of an access token."""

WRONG = Limit(60, timedelta(minutes=1))
"""Wrong credentials from one network."""

_CLIENT_ID = re.compile(r"svc_[0-9a-f]{24}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Issued:
    """An access token for a program, and its scopes."""

    access: MintedToken
    scopes: tuple[str, ...]
    user_id: str
    grant_id: str


@dataclass(frozen=True, slots=True)
class WrongCredential:
    """A failure that counts for the network (:class:`signin.limits.Proof`)."""

    network: str

    def own(self) -> Sequence[Count]:
        """Return nothing: a program has no browser."""
        return []

    def refusing(self) -> Sequence[Count]:
        """Return the count of the network."""
        key = hashlib.sha256(f"wrong_credentials\0{self.network}".encode()).hexdigest()
        return [Count("wrong_credentials", key, WRONG)]

    def silent(self) -> Sequence[Count]:
        """Return nothing: no count makes a valid credential fail."""
        return []


def exchange_personal_token(secret: str, *, scopes: Sequence[str] | None, network: str) -> Issued:
    """Return an access token of the user. ``scopes`` None asks for all that the personal access token has.

    Raises :class:`ExchangeRefused`, :class:`TooManyExchanges` or :class:`signing.errors.TokenTooLong`.
    """
    if not secret_form.is_well_formed(secret, secret_form.PERSONAL):
        raise _recorded(invalid_token("malformed_token"), network)
    return _recording(lambda now: _of_person(secret, scopes, now=now), network)


def exchange_client_secret(client_id: str, secret: str, *, scopes: Sequence[str] | None, network: str) -> Issued:
    """Return an access token of the service account (RFC 6749 §4.4). Arguments and errors as for
    :func:`exchange_personal_token`.
    """
    if not (_CLIENT_ID.fullmatch(client_id) and secret_form.is_well_formed(secret, secret_form.CLIENT)):
        raise _recorded(invalid_client("malformed_client"), network)
    return _recording(lambda now: _of_service_account(client_id, secret, scopes, now=now), network)


def _of_person(secret: str, scopes: Sequence[str] | None, *, now: datetime) -> Issued:
    tokens = PersonalAccessToken.objects.select_related("user").select_for_update(of=("user",), no_key=True)
    token = tokens.filter(digest=secret_form.digest(secret)).first()
    if token is None:
        raise invalid_token("unknown_token")
    user = token.user
    if not token.is_live(now):
        raise invalid_token("token_revoked" if token.revoked_at else "token_expired", user_id=user.pk)
    if not user.is_active:
        raise invalid_token("account_deactivated", user_id=user.pk)
    granted = _granted(scopes, token.scopes, roles_of_programs(user), user_id=user.pk)
    if not _count(PersonalAccessToken, token, now=now):
        raise invalid_token("token_revoked", user_id=user.pk)
    identity = replace(user.identity(token.pk), roles=granted)
    access = mint_access_token(
        identity,
        tokens_not_before=user.tokens_not_before,
        now=datetime.now(UTC),
        until=token.expires_at,
        client_id=token.pk,
    )
    return Issued(access, granted, user.pk, token.pk)


def _of_service_account(client_id: str, secret: str, scopes: Sequence[str] | None, *, now: datetime) -> Issued:
    secrets = ClientSecret.objects.select_related("account").select_for_update(of=("account",), no_key=True)
    known = list(secrets.filter(account_id=client_id).order_by("-created_at"))
    if not known:
        raise invalid_client("unknown_client")
    digest = secret_form.digest(secret)
    found = next((each for each in known if hmac.compare_digest(each.digest, digest)), None)
    if found is None:
        raise invalid_client("wrong_secret", user_id=client_id)
    if not found.is_live(now):
        raise invalid_client("secret_revoked" if found.revoked_at else "secret_expired", user_id=client_id)
    account = found.account
    if not account.is_active:
        raise invalid_client("account_deactivated", user_id=client_id)
    granted = _granted(scopes, account.roles, account.known_roles, user_id=client_id)
    if not _count(ClientSecret, found, now=now):
        raise invalid_client("secret_revoked", user_id=client_id)
    access = mint_access_token(
        account.identity(found.pk, list(granted)),
        tokens_not_before=account.tokens_not_before,
        now=datetime.now(UTC),
        until=found.expires_at,
        client_id=client_id,
    )
    return Issued(access, granted, client_id, found.pk)


def _granted(
    asked: Sequence[str] | None, allowed: Sequence[str], roles: Sequence[str], *, user_id: str
) -> tuple[str, ...]:
    """Return the scopes of the credential that were asked for and that the owner has now."""
    beyond = [scope for scope in asked or () if scope not in allowed]
    if beyond:
        raise invalid_scope("The request asks for a scope that the credential doesn't have.", user_id=user_id)
    return tuple(scope for scope in (allowed if asked is None else dict.fromkeys(asked)) if scope in roles)


def _count(model: type[Credential], credential: Credential, *, now: datetime) -> bool:
    """Count an exchange and note the hour. Return False if the credential was revoked since it was read.

    Raises :class:`TooManyExchanges`. The owner's lock makes read and update one step.
    """
    began, exchanges = credential.window_began_at, credential.window_exchanges
    if began is None or not timedelta() <= now - began < WINDOW:
        began, exchanges = now, 0
    elif exchanges >= MOST_EXCHANGES:
        raise TooManyExchanges((began + WINDOW - now).total_seconds(), reason="too_many_exchanges")
    live = model._default_manager.filter(pk=credential.pk, revoked_at=None)
    return bool(live.update(window_began_at=began, window_exchanges=exchanges + 1, last_used_at=hour_of(now)))


def _recording(work: Callable[[datetime], Issued], network: str) -> Issued:
    """Run the exchange in a transaction, and record what came of it when the transaction has ended."""
    now = datetime.now(UTC)
    try:
        with transaction.atomic():
            issued = work(now)
    except ExchangeRefused as refusal:
        if refusal.error != "invalid_scope":
            _count_failure(network, now=now, user_id=refusal.user_id)
        raise _recorded(refusal, network) from None
    except TooManyExchanges as refusal:
        audit.record(audit.Event.PROGRAM_TOKEN_REFUSED, network=network, reason=refusal.reason)
        raise
    audit.record(
        audit.Event.PROGRAM_TOKEN_ISSUED,
        user_id=issued.user_id,
        actor=issued.user_id,
        network=network,
        session_id=issued.grant_id,
        scopes=list(issued.scopes),
    )
    return issued


def _count_failure(network: str, *, now: datetime, user_id: str | None) -> None:
    try:
        record_failure(WrongCredential(network), now=now)
    except TooManyAttempts as refusal:
        audit.record(audit.Event.PROGRAM_TOKEN_REFUSED, user_id=user_id, network=network, reason=refusal.reason)
        raise TooManyExchanges(refusal.wait, reason=refusal.reason) from None


def _recorded(refusal: ExchangeRefused, network: str) -> ExchangeRefused:
    audit.record(audit.Event.PROGRAM_TOKEN_REFUSED, user_id=refusal.user_id, network=network, reason=refusal.reason)
    return refusal
