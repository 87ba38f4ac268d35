"""Queries for programs' credentials."""

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from .models import ClientSecret, PersonalAccessToken, ServiceAccount


def live_tokens(user_id: str, *, now: datetime) -> QuerySet[PersonalAccessToken]:
    """Return a user's tokens that can be exchanged, the newest first."""
    return PersonalAccessToken.objects.filter(user_id=user_id, revoked_at=None, expires_at__gt=now).order_by(
        "-created_at", "pk"
    )


def find_service_account(text: str) -> ServiceAccount | None:
    """Return the service account with this name or client ID."""
    return ServiceAccount.objects.filter(Q(pk=text) | Q(name=text)).first()


def service_accounts(*, now: datetime) -> QuerySet[ServiceAccount]:
    """Return all service accounts by name, each with its ``live_secrets``: those that can be exchanged."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
    live = ClientSecret.objects.filter(unexpired, revoked_at=None).order_by("-created_at", "pk")
    return ServiceAccount.objects.order_by("name").prefetch_related(
        Prefetch("secrets", queryset=live, to_attr="live_secrets")
    )
