"""Accounts and their users at other providers.

A connection is made in two ways only: with a new account, or by a signed-in user. An email address, even one that a
provider has verified, never joins a provider's user to an account that exists.
"""

from datetime import UTC, datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from .. import audit
from ..accounts import services as accounts
from ..accounts.models import User
from ..accounts.names import suggest_username
from ..accounts.selectors import find_user
from ..configuration import current
from ..flows.errors import SignUpClosed
from ..mailing.services import notify
from .errors import ConnectedElsewhere, EmailInUse, EmailMissing, LastSignInMethod


def find_connected_user(login: SocialLogin) -> User | None:
    """Return the user whose account this provider's user is connected to."""
    same = SocialAccount.objects.filter(provider=login.account.provider, uid=login.account.uid)
    found = same.select_related("user").first()
    if found is None:
        return None
    same.update(last_login=datetime.now(UTC))
    user: User = found.user
    return user


def create_connected_user(login: SocialLogin) -> User:
    """Create an account for a provider's user; within a transaction.

    The address counts as verified if the provider says so. Raises :class:`SignUpClosed`, :class:`EmailMissing` or
    :class:`EmailInUse`.
    """
    if current().sign_up != "open":
        raise SignUpClosed
    address = best_address(login)
    if address is None:
        raise EmailMissing
    if find_user(address.email) is not None:
        raise EmailInUse
    username = suggest_username(login.user.username, address.email.partition("@")[0], is_used=_is_used)
    try:
        user = accounts.sign_up(
            username=username, email=address.email, password=None, roles=(), verified=bool(address.verified)
        )
    except ValidationError as error:
        raise EmailMissing from error
    _connect(user, login)
    return user


def connect(user: User, login: SocialLogin) -> None:
    """Connect a provider's user to the account of a signed-in user. Raises :class:`ConnectedElsewhere`."""
    connected = find_connected_user(login)
    if connected is not None and connected.pk != user.pk:
        raise ConnectedElsewhere
    if connected is None:
        _connect(user, login)


def disconnect(user: User, provider_id: str) -> bool:
    """Remove a connection. Return False if there is none. Raises :class:`LastSignInMethod`."""
    connections = SocialAccount.objects.filter(user_id=user.pk)
    found = connections.filter(provider=provider_id)
    if not found.exists():
        return False
    others = connections.exclude(provider=provider_id).filter(provider__in=current().providers.by_id)
    if not user.has_usable_password() and not others.exists():
        raise LastSignInMethod
    found.delete()
    _tell(user, "provider_disconnected", provider_id)
    audit.record(audit.Event.PROVIDER_DISCONNECTED, user_id=user.pk, provider=provider_id)
    return True


def _connect(user: User, login: SocialLogin) -> None:
    # Not SocialLogin.save(), which would write back the whole row of the user, with roles as they were when it was read
    account = SocialAccount(user_id=user.pk, provider=login.account.provider, uid=login.account.uid)
    address = best_address(login)
    account.extra_data = {"email": address.email} if address else {}
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise ConnectedElsewhere from error
    _tell(user, "provider_connected", account.provider)
    audit.record(audit.Event.PROVIDER_CONNECTED, user_id=user.pk, provider=account.provider)


def _tell(user: User, kind: str, provider_id: str) -> None:
    provider = current().providers.by_id.get(provider_id)
    name = provider.name if provider else provider_id
    notify(kind=kind, to=user.email, language=user.locale or "en", user_id=user.pk, provider=name)


def best_address(login: SocialLogin) -> EmailAddress | None:
    """Return the address that the provider has verified, or else its first one."""
    ordered = sorted(login.email_addresses, key=lambda each: (bool(each.verified), bool(each.primary)), reverse=True)
    return ordered[0] if ordered else None


def _is_used(username: str) -> bool:
    return find_user(username) is not None
