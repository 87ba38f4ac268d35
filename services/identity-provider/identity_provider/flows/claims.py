"""Accounts whose address nobody has proven: anyone can sign up with another person's address.

Whoever proves it later, in another flow than the one that created the account, may be somebody else. So what the
creator has set up to sign in with ends then. Otherwise, the creator would keep access to the owner's account.
"""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from .. import audit
from ..accounts.models import User


def end_claims(user: User, *, also_password: bool) -> None:
    """Remove connections to providers, and the password, of an account with an unverified address.

    Call this in a transaction that has locked the user, before the address is marked as verified.
    """
    if not EmailAddress.objects.filter(user_id=user.pk, verified=False).exists():
        return
    connections = SocialAccount.objects.filter(user_id=user.pk)
    for connection in connections:
        audit.record(audit.Event.PROVIDER_DISCONNECTED, user_id=user.pk, provider=connection.provider)
    connections.delete()
    if also_password:
        user.set_password(None)
        User.objects.filter(pk=user.pk).update(password=user.password)
