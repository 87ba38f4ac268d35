"""Queries for events."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.forms.models import model_to_dict

from .models import Event


def find_events(
    *,
    user: str | None = None,
    actor: str | None = None,
    kind: Collection[str] = (),
    succeeded: bool | None = None,
    network: str | None = None,
    request_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Event]:
    """Return the events that meet all given conditions. ``since`` is inclusive, ``until`` is not."""
    conditions = {
        "user_id": user,
        "actor": actor,
        "kind__in": kind or None,
        "succeeded": succeeded,
        "network": network,
        "request_id": request_id,
        "at__gte": since,
        "at__lt": until,
    }
    return Event.objects.filter(**{name: value for name, value in conditions.items() if value is not None})


def document_of(event: Event) -> dict[str, Any]:
    """Return the event as JSON, for exports."""
    return {**model_to_dict(event), "id": event.pk, "at": event.at.isoformat()}
