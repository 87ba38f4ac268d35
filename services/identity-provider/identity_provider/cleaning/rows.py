"""Deletion of many rows."""

from typing import Any

from django.db.models import QuerySet

BATCH = 500
"""Rows that one statement deletes, so that no request waits long for a lock."""


def delete_in_batches(rows: QuerySet[Any]) -> None:
    """Delete ``rows`` in transactions of :data:`BATCH` rows."""
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=keys).delete()
