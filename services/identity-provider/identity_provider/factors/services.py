"""Changes of factors. Each locks the user, so that a sign-in that ends at the same time sees it or precedes it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction

from .. import audit
from ..accounts.models import User
from ..accounts.selectors import get_user
from ..mailing.services import notify
from ..signin.services import sign_out_everywhere
from . import codes, encryption
from .errors import FactorRequired, NoFactors, TooManyPasskeys
from .selectors import METHODS, PASSKEY, RECOVERY_CODES, Factors, is_required
from .selectors import TOTP as APP

MOST_PASSKEYS = 20


def set_authenticator_app(*, user_id: str, secret: str, code: str) -> Sequence[str] | None:
    """Store the secret of an authenticator app, which replaces the previous one. ``code`` has confirmed it.

    Return recovery codes if this is the first factor.
    """
    with _changing(user_id) as user:
        Authenticator.objects.filter(user_id=user_id, type=APP).delete()
        app = TOTP.activate(user, secret).instance
        codes.mark_used(app, code)
        return _added(user, app)


def add_passkey(
    *, user_id: str, name: str, credential: dict[str, Any], signs_in: bool
) -> tuple[Authenticator, Sequence[str] | None]:
    """Store a passkey that :mod:`.passkeys` has verified. Return it, and recovery codes if this is the first factor.

    Raises :class:`TooManyPasskeys`.
    """
    with _changing(user_id) as user:
        if len(Factors.of(user_id).passkeys) >= MOST_PASSKEYS:
            raise TooManyPasskeys
        passkey = WebAuthn.add(user, name, credential).instance
        passkey.data["signs_in"] = signs_in
        passkey.save(update_fields=["data"])
        return passkey, _added(user, passkey)


def rename_passkey(*, user_id: str, passkey_id: int, name: str) -> Authenticator | None:
    """Rename a passkey. Return None if the user has no such passkey."""
    with _changing(user_id):
        passkey = Authenticator.objects.filter(pk=passkey_id, user_id=user_id, type=PASSKEY).first()
        if passkey is not None:
            passkey.wrap().name = name
            passkey.save(update_fields=["data"])
            audit.record(audit.Event.PASSKEY_RENAMED, user_id=user_id, factor_id=passkey_id)
        return passkey


def remove(*, user_id: str, kind: str, factor_id: int | None = None) -> bool:
    """Remove the authenticator app, or a passkey by its ID. Return False if the user has no such factor.

    Recovery codes end with the last factor. Raises :class:`FactorRequired`.
    """
    with _changing(user_id) as user:
        factors = Factors.of(user_id)
        found = [row for row in factors.main if row.type == kind and factor_id in (None, row.pk)]
        if not found:
            return False
        rest = len(factors.main) - len(found)
        if not rest and is_required(user):
            raise FactorRequired
        ended = found if rest else factors.rows
        Authenticator.objects.filter(pk__in=[row.pk for row in ended]).delete()
        audit.record(audit.Event.FACTOR_REMOVED, user_id=user_id, reason=METHODS[kind], left=rest)
        _tell(user, "factor_removed")
    return True


def renew_recovery_codes(*, user_id: str) -> Sequence[str]:
    """Replace the recovery codes. Raises :class:`NoFactors`."""
    with _changing(user_id) as user:
        if not Factors.of(user_id).main:
            raise NoFactors
        Authenticator.objects.filter(user_id=user_id, type=RECOVERY_CODES).delete()
        renewed: Sequence[str] = RecoveryCodes.activate(user).generate_codes()
        audit.record(audit.Event.RECOVERY_CODES_RENEWED, user_id=user_id)
        _tell(user, "recovery_codes_renewed")
    return renewed


def reset(*, user: User, now: datetime) -> None:
    """Remove all factors at an operator's request, and sign the user out everywhere."""
    with transaction.atomic():
        sign_out_everywhere(user_id=user.pk, now=now)  # locks sessions and user
        names = Factors.of(user.pk).methods
        Authenticator.objects.filter(user_id=user.pk).delete()
        audit.record(audit.Event.FACTORS_RESET, user_id=user.pk, factors=names)
        _tell(user, "factors_reset")


def store_imported(user: User, kind: str, secret: str, *, used_mask: int = 0) -> None:
    """Store an authenticator app's secret, or a seed of recovery codes, of a user of another system."""
    encrypted = encryption.encrypt(secret)
    data = {"secret": encrypted} if kind == APP else {"seed": encrypted, "used_mask": used_mask}
    Authenticator.objects.create(user_id=user.pk, type=kind, data=data)


def recovery_code_used(user: User) -> None:
    """Record the use of a recovery code, and tell the user how many are left."""
    row = Factors.of(user.pk).only(RECOVERY_CODES)
    left = len(row.wrap().get_unused_codes()) if row else 0
    audit.record(audit.Event.RECOVERY_CODE_USED, user_id=user.pk, left=left)
    _tell(user, "recovery_code_used", left=left)


def _added(user: User, factor: Authenticator) -> Sequence[str] | None:
    audit.record(audit.Event.FACTOR_ADDED, user_id=user.pk, reason=METHODS[factor.type])
    _tell(user, "factor_added")
    if Factors.of(user.pk).only(RECOVERY_CODES) is not None:
        return None
    new: Sequence[str] = RecoveryCodes.activate(user).generate_codes()
    return new


def _tell(user: User, kind: str, **values: Any) -> None:
    notify(kind=kind, to=user.email, language=user.locale or "en", user_id=user.pk, **values)


@contextmanager
def _changing(user_id: str) -> Iterator[User]:
    with transaction.atomic():
        yield get_user(user_id, lock=True)
