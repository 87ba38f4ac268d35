"""Revocation of a deleted account's sessions, so that its access tokens don't outlive it.

A signal, because shells and query sets also delete rows, without calling a method of the model.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from .. import audit
from ..signin.models import RefreshToken
from ..signin.services import sign_out_everywhere
from .models import User


@receiver(pre_delete, sender=User)
def sign_out_deleted(instance: User, **_: Any) -> None:
    """Revoke in the transaction that deletes. Lock the refresh tokens, which it deletes too, before the sessions."""
    tokens = RefreshToken.objects.filter(session__user=instance)
    list(tokens.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    sign_out_everywhere(user_id=instance.pk, now=datetime.now(UTC))
    user_id = instance.pk
    transaction.on_commit(lambda: audit.record(audit.Event.USER_DELETED, user_id=user_id))
