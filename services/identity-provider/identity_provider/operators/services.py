"""What operators do with accounts, by the API and by commands. The audit log's context names the actor."""

from collections.abc import Sequence
from datetime import datetime

from .. import audit
from ..accounts import services as accounts
from ..accounts.models import User
from ..accounts.selectors import get_user
from ..configuration import current
from ..factors import services as factors
from ..flows import invitations
from ..flows.errors import SignUpClosed
from ..mailing.services import notify
from ..programs.services import revoke_token
from ..roles import OPERATOR
from ..signin import limits
from ..signin.services import end_session, sign_out_everywhere
from . import selectors
from .errors import OwnAccount

REGISTER_PAGE = "/accounts/register/"


def replace_roles(*, user_id: str, roles: Sequence[str], actor: str | None = None) -> User:
    """Replace a user's roles. ``actor`` is the operator's user ID, None for a command.

    Raises :class:`NoAccount`, :class:`OwnAccount`, or Django's :class:`ValidationError`.
    """
    user = get_user(user_id)
    if user_id == actor and OPERATOR not in roles:
        raise OwnAccount
    accounts.set_roles(user=user, roles=roles)
    return user


def lock(*, user_id: str, actor: str | None = None, now: datetime) -> User:
    """Deactivate an account: its sessions, access tokens and personal access tokens end at once.

    Raises :class:`NoAccount` or :class:`OwnAccount`.
    """
    user = _another(user_id, actor)
    accounts.deactivate(user=user, now=now)
    user.is_active = False
    return user


def unlock(*, user_id: str) -> User:
    """Activate an account again. Raises :class:`NoAccount`."""
    user = get_user(user_id)
    accounts.activate(user=user)
    user.is_active = True
    return user


def invite(*, email: str, roles: Sequence[str]) -> str:
    """Create an invitation to sign up, and send it if the platform can send email. Return its link.

    Raises :class:`SignUpClosed`, or Django's :class:`ValidationError`.
    """
    if current().sign_up == "off":
        raise SignUpClosed
    accounts.check_invited(email=email, roles=roles)
    # Behind the #, which browsers send to no server: logs on the way don't contain it
    link = f"{current().public_origin}{REGISTER_PAGE}#invitation={invitations.create(email, roles)}"
    notify(kind="invitation", to=email, language="en", link=link)
    audit.record(audit.Event.USER_INVITED, roles=list(roles))
    return link


def sign_out_of(*, user_id: str, now: datetime) -> int:
    """End all sessions of a user and return their number. Raises :class:`NoAccount`."""
    return sign_out_everywhere(user_id=user_id, now=now)


def end_session_of(*, user_id: str, session_id: str, now: datetime) -> bool:
    """End one session of a user. Return False if there is no such session."""
    return end_session(user_id=user_id, session_id=session_id, reason="by_operator", now=now)


def revoke_token_of(*, user_id: str, token_id: str, now: datetime) -> bool:
    """Revoke a personal access token of a user. Return False if there is no such token."""
    return revoke_token(user_id=user_id, token_id=token_id, reason="by_operator", now=now)


def reset_limits(*, user_id: str, now: datetime) -> int:
    """Forget failed sign-ins of the account and of its two names. Return the number of counts.

    Counts of a network with any name stay: they protect other accounts. Raises :class:`NoAccount`.
    """
    user = get_user(user_id)
    forgotten = limits.forget(user, networks=selectors.networks_of_failures(user_id, now=now))
    audit.record(audit.Event.LIMITS_RESET, user_id=user_id, counts=forgotten)
    return forgotten


def reset_factors(*, user_id: str, actor: str | None = None, now: datetime) -> None:
    """Remove all second factors of an account, and end its sessions. The password alone signs in then.

    Raises :class:`NoAccount` or :class:`OwnAccount`.
    """
    factors.reset(user=_another(user_id, actor), now=now)


def delete_account(*, user_id: str, actor: str | None = None) -> None:
    """Delete an account for good. Its tokens are revoked, its events stay for ``VF_EVENTS_DAYS``.

    Raises :class:`NoAccount` or :class:`OwnAccount`.
    """
    _another(user_id, actor).delete()


def _another(user_id: str, actor: str | None) -> User:
    if user_id == actor:
        raise OwnAccount
    return get_user(user_id)
