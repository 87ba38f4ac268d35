"""Changes of accounts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from .. import audit
from ..signin import limits
from ..signin.errors import TooManyAttempts
from ..signin.selectors import live_sessions
from ..signin.services import end_other_sessions, end_sessions, revoke_tokens, sign_out_everywhere
from . import signals
from .errors import WrongPassword
from .hashing import canonical
from .models import User
from .passwords import is_still_right
from .selectors import get_user


def create_user(*, username: str, email: str, password: str, roles: Sequence[str] = ()) -> User:
    """Create an account. Raises Django's :class:`ValidationError`."""
    user = User(username=username, email=email, roles=list(roles))
    with _recording_refusals(change="create"):
        validate_password(canonical(password), user)
        user.set_password(password)
        _insert(user)
    audit.record(audit.Event.USER_CREATED, user_id=user.pk, roles=user.roles)
    return user


def change_password(*, user_id: str, session_id: str, old: str, new: str, network: str, now: datetime) -> None:
    """Set a new password and end the user's other sessions.

    Raises :class:`WrongPassword`, :class:`TooManyAttempts`, :class:`NoAccount`, or Django's :class:`ValidationError`
    for a weak new one.
    """
    try:
        ended = _change_password(user_id=user_id, session_id=session_id, old=old, new=new, now=now)
    except TooManyAttempts as refusal:
        audit.record(audit.Event.PASSWORD_CHANGE_LIMITED, user_id=user_id, network=network, reason=refusal.reason)
        raise
    except WrongPassword as refusal:
        audit.record(audit.Event.PASSWORD_CHANGE_FAILED, user_id=user_id, network=network, reason=refusal.reason)
        raise
    except ValidationError:
        audit.record(audit.Event.PASSWORD_CHANGE_FAILED, user_id=user_id, network=network, reason="weak_password")
        raise
    audit.record(audit.Event.PASSWORD_CHANGED, user_id=user_id, network=network, session_ids=ended)


def _change_password(*, user_id: str, session_id: str, old: str, new: str, now: datetime) -> list[str]:
    """Change the password and return the IDs of the sessions that ended."""
    attempt = limits.OldPassword(user_id, session_id)
    user = get_user(user_id)
    limits.check(attempt, now=now)
    if not user.check_password(old):
        limits.record_failure(attempt, now=now)
        raise WrongPassword("wrong_password")
    limits.check(attempt, now=now)  # again: others may have failed during the hashing
    validate_password(canonical(new), user)
    changed = make_password(canonical(new))
    with transaction.atomic():
        ended = end_other_sessions(user_id=user_id, session_id=session_id, now=now)
        locked = get_user(user_id, lock=True)
        if not is_still_right(old, user, locked):  # of two concurrent changes, the first wins
            raise WrongPassword("password_changed")
        User.objects.filter(pk=user_id).update(password=changed)
    # A sign-in with the old password that had the lock has committed by now. Later ones fail. So end the sessions
    # again.
    return ended + end_other_sessions(user_id=user_id, session_id=session_id, now=now)


def set_roles(*, user: User, roles: Sequence[str]) -> None:
    """Replace a user's roles. Tokens with other roles are revoked; sessions continue and get new tokens."""
    before, user.roles = user.roles, list(roles)
    with _recording_refusals(change="roles", user_id=user.pk):
        user.clean_fields(exclude={"username", "email", "password"})
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(roles=user.roles)
        revoke_tokens(user.pk)
    audit.record(audit.Event.ROLES_CHANGED, user_id=user.pk, roles=user.roles, roles_before=before)


def deactivate(*, user: User, now: datetime) -> None:
    """Deactivate an account: end its sessions and reject every sign-in."""
    with transaction.atomic():
        sign_out_everywhere(user_id=user.pk, now=now)
        User.objects.filter(pk=user.pk).update(is_active=False)
        signals.account_deactivated.send(User, user_id=user.pk, now=now)
    # End the session of a concurrent sign-in too; otherwise it would work again once the account is activated.
    with transaction.atomic():
        ended = end_sessions(live_sessions(user.pk, now=now), now=now)
    audit.record(audit.Event.USER_DEACTIVATED, user_id=user.pk, session_ids=ended)


def activate(*, user: User) -> None:
    """Activate an account again."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    audit.record(audit.Event.USER_ACTIVATED, user_id=user.pk)


def _insert(user: User) -> None:
    user.full_clean()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        user.full_clean()  # another user took the name in between: this reports which field
        raise


@contextmanager
def _recording_refusals(*, change: str, user_id: str | None = None) -> Iterator[None]:
    """Record the codes of validation errors, without the values."""
    try:
        yield
    except ValidationError as error:
        codes = sorted({str(each.code) for each in _flat(error)})
        audit.record(audit.Event.USER_CHANGE_REFUSED, user_id=user_id, reason=" ".join(codes), change=change)
        raise


def _flat(error: ValidationError) -> Iterator[ValidationError]:
    if hasattr(error, "error_dict"):
        for errors in error.error_dict.values():
            yield from errors
    else:
        yield from error.error_list
