"""Filters of the admin's lists."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet

from ..audit import Event as Kind
from ..mailing.words import MAILS


class _Known(SimpleListFilter):
    """Filters by one of the values that the code knows. Reading them from the rows would scan the table."""

    title = "kind"
    parameter_name = "kind"
    values: tuple[str, ...] = ()

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the values to choose from."""
        return [(value, value.replace("_", " ")) for value in self.values]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with the chosen value."""
        chosen = self.value()
        return queryset.filter(kind=chosen) if chosen in self.values else queryset


class EventKind(_Known):
    """The type of an event."""

    values = tuple(sorted(kind.value for kind in Kind))


class MailKind(_Known):
    """The kind of an email."""

    values = tuple(sorted(MAILS))
