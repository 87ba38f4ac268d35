"""Changing accounts."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from ..signin import limits
from ..signin.selectors import live_sessions
from ..signin.services import end_other_sessions, end_sessions, revoke_tokens, sign_out_everywhere
from .errors import WrongPassword
from .models import User
from .passwords import is_still_right
from .selectors import get_user

audit = structlog.get_logger("identity_provider.audit")


def create_user(*, username: str, email: str, password: str, roles: Sequence[str] = ()) -> User:
    """Create an account. Raises Django's :class:`ValidationError`."""
    user = User(username=username, email=email, roles=list(roles))
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save(force_insert=True)
    audit.info("user_created", user_id=user.pk, roles=user.roles)
    return user


def change_password(*, user_id: str, session_id: str, old: str, new: str, network: str, now: datetime) -> None:
    """Set a new password and end the user's other sessions.

    Raises :class:`WrongPassword`, :class:`TooManyAttempts`, :class:`NoAccount`, or Django's :class:`ValidationError`
    for a weak new one.
    """
    attempt = limits.Attempt(user_id, network, account=user_id)
    limits.check(attempt, now=now)
    user = get_user(user_id)
    if not user.check_password(old):
        limits.record_failure(attempt, now=now)
        raise WrongPassword
    limits.check(attempt, now=now)  # once more: others may have failed while it was hashed
    validate_password(new, user)
    changed = make_password(new)
    with transaction.atomic():
        ended = end_other_sessions(user_id=user_id, session_id=session_id, now=now)
        locked = get_user(user_id, lock=True)
        if not is_still_right(old, user, locked):  # of two changes at once the first holds
            raise WrongPassword
        User.objects.filter(pk=user_id).update(password=changed)
        limits.forget_failures(attempt)
    # Once more: a sign-in that had the old password and the lock has committed by now, a later one is refused.
    ended += end_other_sessions(user_id=user_id, session_id=session_id, now=now)
    audit.info("password_changed", user_id=user_id, session_ids=ended)


def set_roles(*, user: User, roles: Sequence[str]) -> None:
    """Give a user exactly these roles. Tokens that say otherwise are revoked; sessions go on and get new ones."""
    user.roles = list(roles)
    user.clean_fields(exclude={"username", "email", "password"})
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(roles=user.roles)
        revoke_tokens(user.pk)
    audit.info("roles_changed", user_id=user.pk, roles=user.roles)


def deactivate(*, user: User, now: datetime) -> None:
    """Close an account: nobody can sign in to it, and who is signed in is out at once."""
    with transaction.atomic():
        sign_out_everywhere(user_id=user.pk, now=now)
        User.objects.filter(pk=user.pk).update(is_active=False)
    # Once more, or it would work again when the account is opened: the session of a sign-in that had the lock first.
    with transaction.atomic():
        ended = end_sessions(live_sessions(user.pk, now=now), now=now)
    audit.info("user_deactivated", user_id=user.pk, session_ids=ended)


def activate(*, user: User) -> None:
    """Open an account again."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    audit.info("user_activated", user_id=user.pk)
