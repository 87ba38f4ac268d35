"""Queries for programs' credentials."""

from datetime import datetime

from django.db.models import Q, QuerySet

from .models import PersonalAccessToken, ServiceAccount


def live_tokens(user_id: str, *, now: datetime) -> QuerySet[PersonalAccessToken]:
    """Return a user's tokens that can be exchanged, the newest first."""
    return PersonalAccessToken.objects.filter(user_id=user_id, revoked_at=None, expires_at__gt=now).order_by(
        "-created_at", "pk"
    )


def find_service_account(text: str) -> ServiceAccount | None:
    """Return the service account with this name or client ID."""
    return ServiceAccount.objects.filter(Q(pk=text) | Q(name=text)).first()
