"""Changes of accounts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from .. import audit
from ..mailing.services import notify
from ..signin import limits
from ..signin.errors import TooManyAttempts
from ..signin.selectors import live_sessions
from ..signin.services import end_other_sessions, end_sessions, revoke_tokens, sign_out_everywhere
from . import signals
from .addresses import add_verified_address
from .errors import InvalidFields, NoAccount, WrongPassword
from .hashing import canonical
from .models import User
from .passwords import is_still_right
from .selectors import existing_ids, find_profile, find_user, get_user

CLOSING_GRACE = timedelta(days=30)
"""Time between closing an account and its deletion."""

UNVERIFIED_LASTS = timedelta(days=7)
"""Time after which an account is deleted whose user signed up and never verified the email address."""

BATCH = 100


def create_user(*, username: str, email: str, password: str, roles: Sequence[str] = ()) -> User:
    """Create an account. Raises Django's :class:`ValidationError`."""
    user = User(username=username, email=email, roles=list(roles))
    with _recording_refusals(change="create"):
        validate_password(canonical(password), user)
        user.set_password(password)
        _insert(user)
    add_verified_address(user)
    audit.record(audit.Event.USER_CREATED, user_id=user.pk, roles=user.roles)
    return user


def sign_up(*, username: str, email: str, password: str | None, roles: Sequence[str], verified: bool) -> User:
    """Create an account for someone who signs up. Raises Django's :class:`ValidationError`.

    Without a password, the user signs in with another provider or with codes.

    The domain and the local part are stored in lower case, as allauth looks for them.
    """
    closes_at = None if verified else datetime.now(UTC) + UNVERIFIED_LASTS
    user = User(username=username, email=email.lower(), roles=list(roles), closes_at=closes_at)
    with _recording_refusals(change="sign_up"), transaction.atomic():
        if password is not None:
            validate_password(canonical(password), user)
        user.set_password(password)
        _insert(user)
        EmailAddress.objects.create(user_id=user.pk, email=user.email, verified=verified, primary=True)
    audit.record(audit.Event.USER_CREATED, user_id=user.pk, actor=user.pk, roles=user.roles)
    return user


def check_invited(*, email: str, roles: Sequence[str]) -> None:
    """Raise Django's :class:`ValidationError` if nobody can sign up with this address, or get these roles."""
    invited = User(username="invited", email=email, roles=list(roles))
    with _recording_refusals(change="invite"):
        invited.clean_fields(exclude={"username", "username_key", "email_key", "password"})
        if find_user(email) is not None:
            raise ValidationError({"email": "A user with this email address already exists."}, code="unique")


def check_new_user(*, username: str, email: str, password: str) -> None:
    """Raise Django's :class:`ValidationError` if no account can have this username or password.

    ``email`` may have an account. A password that is like it is rejected all the same.
    """
    user = User(username=username, email=email)
    with _recording_refusals(change="sign_up"):
        validate_password(canonical(password), user)
        user.clean_fields(exclude={"email", "email_key", "password", "roles"})
        if find_user(username) is not None:
            raise ValidationError({"username": "A user with this username already exists."})


def check_new_email(user: User, email: str) -> None:
    """Raise a validation error if access tokens with this address would be too long."""
    changed = User(id=user.pk, username=user.username, email=email, roles=user.roles)
    try:
        changed.clean_fields(exclude={"username", "roles", "password"})
    except ValidationError as error:
        raise InvalidFields(error.message_dict) from error


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
    user = get_user(user_id)
    notify(kind="password_changed", to=user.email, language=user.locale or "en", user_id=user_id)


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


def replace_password(*, user_id: str, new: str, now: datetime) -> str:
    """Set a password after the user has proven the email address, and end every session. Return the hash.

    Raises :class:`NoAccount`.
    """
    changed = make_password(canonical(new))
    with transaction.atomic():
        sign_out_everywhere(user_id=user_id, now=now)
        User.objects.filter(pk=user_id).update(password=changed)
    with transaction.atomic():  # a concurrent sign-in with the old password may have begun a session
        ended = end_sessions(live_sessions(user_id, now=now), now=now)
    audit.record(audit.Event.PASSWORD_RESET, user_id=user_id, session_ids=ended)
    return changed


def change_profile(*, user_id: str, **fields: str) -> dict[str, Any]:
    """Change the given fields of a profile, and return all. Raises :class:`NoAccount`."""
    if not User.objects.filter(pk=user_id).update(**fields) if fields else not existing_ids([user_id]):
        raise NoAccount
    audit.record(audit.Event.PROFILE_CHANGED, user_id=user_id, fields=sorted(fields))
    return find_profile(user_id)


def close(*, user: User, now: datetime) -> datetime:
    """Close an account at its user's request. Return when it is deleted; until then, an operator can activate it."""
    closes_at = now + CLOSING_GRACE
    with transaction.atomic():
        deactivate(user=user, now=now)
        User.objects.filter(pk=user.pk).update(closes_at=closes_at)
    audit.record(audit.Event.ACCOUNT_CLOSED, user_id=user.pk)
    return closes_at


def delete_closed_accounts(*, now: datetime) -> None:
    """Delete the accounts whose time has come."""
    due = User.objects.filter(closes_at__lte=now)
    for user_id in list(due.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():  # its user may verify the address, or an operator activate it, at this moment
            user = due.select_for_update(no_key=True).filter(pk=user_id).first()
            if user is not None:
                user.delete()


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
    User.objects.filter(pk=user.pk).update(is_active=True, closes_at=None)
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
