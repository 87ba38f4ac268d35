"""Recent proofs of identity: what they permit, and how a signed-in user gives one.

Someone at an unlocked screen, or with a stolen cookie, has the session but neither the password nor a factor. In a
session that began before the account had a factor, only the factor is a proof. Otherwise, such a session and the
password would be enough to replace the factor.
"""

from datetime import datetime, timedelta

from ..configuration import current
from ..factors.selectors import Factors
from ..signin.authentication import SEVERAL
from ..signin.models import Session


def missing_proof(session: Session, *, now: datetime) -> list[str] | None:
    """Return how the user can prove the identity, or None if there is a recent proof.

    The list is empty for a user without a password or factor, who can only sign in again.
    """
    factors = Factors.of(session.user_id)
    lacks_factor = bool(factors.main) and SEVERAL not in session.used_factors
    recent = now - session.proven_at < timedelta(seconds=current().reauthentication_lasts)
    if recent and not lacks_factor:
        return None
    password = ["password"] if session.user.has_usable_password() and not lacks_factor else []
    # A recovery code is entered where a code of an app is.
    codes = ["totp"] if {"totp", "recovery_code"} & set(factors.methods) else []
    return [*password, *codes, *(method for method in factors.methods if method == "passkey")]
