"""Receivers of allauth's signals."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed
from django.dispatch import receiver

from .. import audit
from ..accounts.models import User
from ..mailing.services import notify
from ..signin.services import revoke_tokens


@receiver(email_confirmed)
def email_was_verified(email_address: EmailAddress, **_: Any) -> None:
    """Keep the account of a user who signed up."""
    User.objects.filter(pk=email_address.user_id, is_active=True).update(closes_at=None)


@receiver(email_changed)
def email_was_changed(
    user: User, from_email_address: EmailAddress | None, to_email_address: EmailAddress, **_: Any
) -> None:
    """Revoke access tokens, which contain the previous address, and write to the new one. allauth writes to the old."""
    if from_email_address is None:
        return
    revoke_tokens(user.pk)
    addresses = {"from_email": from_email_address.email, "to_email": to_email_address.email}
    notify(kind="email_changed", to=to_email_address.email, language=user.locale or "en", user_id=user.pk, **addresses)
    audit.record(audit.Event.EMAIL_CHANGED, user_id=user.pk)
