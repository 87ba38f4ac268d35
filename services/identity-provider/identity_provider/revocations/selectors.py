"""Queries for the outbox."""

from collections.abc import Iterable

from django.db.models import QuerySet

from .models import Revocation


def unpublished(*, now: float) -> QuerySet[Revocation]:
    """Return the unpublished entries, oldest first."""
    return Revocation.objects.filter(published=False, expires_at__gt=int(now)).order_by("pk")


def live(*, now: float) -> QuerySet[Revocation]:
    """Return all entries that the gateway needs now, oldest first."""
    return Revocation.objects.filter(expires_at__gt=int(now)).order_by("pk")


def with_ids(ids: Iterable[int]) -> QuerySet[Revocation]:
    """Return these entries, oldest first."""
    return Revocation.objects.filter(pk__in=ids).order_by("pk")
