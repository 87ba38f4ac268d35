"""Deleting an account takes its sessions along; its access tokens must not outlive it.

A signal, because rows are deleted from a shell and by query sets too, which call no method of the model.
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
    """Revoke in the transaction that deletes. It deletes refresh tokens too; those are locked before the sessions."""
    tokens = RefreshToken.objects.filter(session__user=instance)
    list(tokens.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    sign_out_everywhere(user_id=instance.pk, now=datetime.now(UTC))
    user_id = instance.pk
    transaction.on_commit(lambda: audit.record(audit.Event.USER_DELETED, user_id=user_id))
