"""Recent proofs of identity: what they permit, and how a signed-in user gives one.

Someone at an unlocked screen, or with a stolen cookie, has the session but neither the password nor a factor.
"""

from datetime import datetime, timedelta

from ..accounts.models import User
from ..configuration import current
from ..factors.selectors import Factors
from ..signin.models import Session


def is_recent(session: Session, *, now: datetime) -> bool:
    """Return True if the user has signed in or reauthenticated in this session, and not long ago."""
    return now - session.proven_at < timedelta(seconds=current().reauthentication_lasts)


def methods_of(user: User) -> list[str]:
    """Return how the user can reauthenticate. A recovery code is entered where a code of an app is."""
    factors = Factors.of(user.pk).methods
    password = ["password"] if user.has_usable_password() else []
    codes = ["totp"] if {"totp", "recovery_code"} & set(factors) else []
    return [*password, *codes, *(method for method in factors if method == "passkey")]
