"""Codes of authenticator apps and recovery codes, verified by allauth."""

from datetime import UTC, datetime, timedelta

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from ..accounts.selectors import get_user
from ..signin.limits import Limit, record_request
from . import selectors


class OnceOnlyTotp(TOTP):  # type: ignore[misc]  # allauth has no types
    """An authenticator app whose codes each work once, in all workers.

    allauth marks a used code in Django's cache, which by default is separate in each process. Here, the mark is a row,
    written in one statement with its check.
    """

    def _mark_code_used(self, code: str) -> bool:
        valid_for = timedelta(seconds=app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1))
        used = (str(self.instance.pk), normalize_user_code(code))
        return not record_request("totp_code", Limit(1, valid_for), *used, now=datetime.now(UTC))


def use_code(user_id: str, code: str) -> str | None:
    """Use a code of the authenticator app or a recovery code. Return the kind of factor, None if the code is invalid.

    Call this in a transaction. It locks the user while it uses a recovery code.
    """
    factors = selectors.Factors.of(user_id)
    app, recovery = factors.only(selectors.TOTP), factors.only(selectors.RECOVERY_CODES)
    if app is not None and OnceOnlyTotp(app).validate_code(code):
        return _used(app)
    if recovery is None or not factors.main:
        return None
    get_user(user_id, lock=True)  # before the row of the codes, as in every change of factors
    return _used(recovery) if recovery.wrap().validate_code(code) else None


def mark_used(app: Authenticator, code: str) -> None:
    """Mark a code as used that confirmed the setup of an authenticator app."""
    OnceOnlyTotp(app)._mark_code_used(code)


def _used(factor: Authenticator) -> str:
    factor.record_usage()
    return str(factor.type)
