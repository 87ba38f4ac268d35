"""Creation of accounts from another system's users."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from .. import audit
from ..accounts.hashing import is_readable
from ..accounts.models import User
from ..accounts.names import email_key, suggest_username, username_key
from ..factors import services as factors
from .user_files import UserRow

SHOWN_PROBLEMS = 20
REPORT_EVERY = 1000


@dataclass
class Imported:
    """What an import did."""

    new_ids: dict[str, str] = field(default_factory=dict)
    """The new ID for each ID of the other system."""
    created: int = 0
    skipped: int = 0
    """Users who had an account already."""
    without_password: int = 0
    unverified: int = 0
    superusers: int = 0
    factors: int = 0
    """Authenticator apps and recovery codes."""
    passkeys: int = 0
    """Passkeys, which stay behind: they work only for the other system's domain."""


class ImportProblems(Exception):
    """Rows that no account can be created from. Nothing was imported."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def import_users(
    rows: Iterable[UserRow],
    *,
    roles: Sequence[str] = (),
    skip_existing: bool = False,
    drop_unreadable: bool = False,
    dry_run: bool = False,
    report: Callable[[int], None] = lambda count: None,
) -> Imported:
    """Create an account for each row, or none at all. Raises :class:`ImportProblems`.

    ``roles`` are given to every user in addition to the row's. ``drop_unreadable`` imports users whose hash can't be
    verified here without a password. ``report`` is called with the number of rows read so far.
    """
    done, problems = Imported(), list[str]()
    with transaction.atomic():
        for number, row in enumerate(rows, start=1):
            try:
                _import(row, done, roles=roles, skip_existing=skip_existing, drop_unreadable=drop_unreadable)
            except ValidationError as error:
                problems += [f"{row.place}: {message}" for message in _messages(error)]
            if number % REPORT_EVERY == 0:
                report(number)
        if problems or dry_run:
            transaction.set_rollback(True)
    if problems:
        raise ImportProblems(problems)
    if not dry_run:
        audit.record(audit.Event.USERS_IMPORTED, count=done.created)
    return done


def _import(row: UserRow, done: Imported, *, roles: Sequence[str], skip_existing: bool, drop_unreadable: bool) -> None:
    if skip_existing and _exists(row):
        done.skipped += 1
        return
    password = row.password
    if not password or password.startswith(UNUSABLE_PASSWORD_PREFIX):
        password = make_password(None)
    elif not is_readable(password):
        if not drop_unreadable:
            kind = password.partition("$")[0] if "$" in password else "unknown"
            raise ValidationError({"password": f"a hash of the kind {kind[:20]!r}, which can't be verified here"})
        password = make_password(None)
    user = User(
        username=row.username or suggest_username(row.email.partition("@")[0], is_used=_is_used),
        email=row.email,
        password=password,
        name=row.name,
        locale=row.locale if row.locale in dict(settings.LANGUAGES) else "",
        time_zone=row.time_zone,
        roles=list(dict.fromkeys((*row.roles, *roles))),
        is_active=row.is_active,
    )
    user.full_clean()
    user.save(force_insert=True)
    if row.created_at is not None:
        User.objects.filter(pk=user.pk).update(created_at=row.created_at)
    EmailAddress.objects.create(user_id=user.pk, email=user.email.lower(), verified=row.verified, primary=True)
    for factor in row.factors:
        factors.store_imported(user, factor.kind, factor.secret, used_mask=factor.used_mask)
    done.factors += len(row.factors)
    done.passkeys += row.passkeys
    done.created += 1
    done.without_password += not user.has_usable_password()
    done.unverified += not row.verified
    done.superusers += row.was_superuser
    if row.old_id:
        done.new_ids[row.old_id] = user.pk


def _is_used(username: str) -> bool:
    return User.objects.filter(username_key=username_key(username)).exists()


def _exists(row: UserRow) -> bool:
    return (bool(row.username) and _is_used(row.username)) or User.objects.filter(
        email_key=email_key(row.email)
    ).exists()


def _messages(error: ValidationError) -> list[str]:
    names = {"username_key": "username", "email_key": "email"}
    return [
        f"{names.get(name, name)}: {message}" for name, messages in error.message_dict.items() for message in messages
    ]
