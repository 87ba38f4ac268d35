"""Reads of the catalogue."""

from django.db.models import QuerySet

from vf_service.folding import fold

from .models import Item

ORDERINGS = ("name", "-name", "price", "-price", "quantity", "-quantity", "updated_at", "-updated_at")
"""What a list can be ordered by; nothing else of the model can be probed through it."""


def items() -> QuerySet[Item]:
    """Every item, by name; the id settles ties, so that pages do not overlap."""
    return Item.objects.defer("search_text").order_by("name", "id")


def narrowed(
    rows: QuerySet[Item],
    *,
    search: str = "",
    category: str | None = None,
    in_stock: bool | None = None,
    ordering: str | None = None,
) -> QuerySet[Item]:
    """The items that match all that is given; each word of ``search`` must stand in name, SKU or description.

    Words match in any letter case and Unicode normalization.
    """
    for word in fold(search).split():
        rows = rows.filter(search_text__contains=word)
    if category is not None:
        rows = rows.filter(category=category)
    if in_stock is not None:
        rows = rows.filter(quantity__gt=0) if in_stock else rows.filter(quantity=0)
    return rows.order_by(ordering, "id") if ordering else rows
