"""Queries of the catalog."""

from django.db.models import QuerySet

from vf_service.folding import fold

from .models import Item

ORDERINGS = ("name", "-name", "price", "-price", "quantity", "-quantity", "updated_at", "-updated_at")
"""The fields that a client may sort by. Other fields could reveal hidden values through the order."""


def items() -> QuerySet[Item]:
    """Return every item, by name. Sorting by ID as well keeps pages from overlapping."""
    return Item.objects.defer("search_text").order_by("name", "id")


def narrowed(
    rows: QuerySet[Item],
    *,
    search: str = "",
    category: str | None = None,
    in_stock: bool | None = None,
    ordering: str | None = None,
) -> QuerySet[Item]:
    """Return the items that match all filters. Each word of ``search`` must appear in name, SKU or description.

    Words match in any letter case and Unicode normalization.
    """
    for word in fold(search).split():
        rows = rows.filter(search_text__contains=word)
    if category is not None:
        rows = rows.filter(category=category)
    if in_stock is not None:
        rows = rows.filter(quantity__gt=0) if in_stock else rows.filter(quantity=0)
    return rows.order_by(ordering, "id") if ordering else rows
