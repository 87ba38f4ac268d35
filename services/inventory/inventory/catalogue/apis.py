"""HTTP endpoints of the catalog."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView

from vf_service.filtering import QueryFilter

from . import selectors
from .models import Item

MAX_SEARCH_CHARACTERS = 100
"""Maximum length of a search. Each word scans the whole table, so the limit bounds the cost of a query."""


class ItemOutput(serializers.ModelSerializer[Item]):
    """An item, in lists and alone."""

    in_stock = serializers.SerializerMethodField()

    class Meta:
        model = Item
        fields = ["id", "sku", "name", "description", "category", "price", "quantity", "in_stock", "updated_at"]
        ref_name = "Item"

    def get_in_stock(self, item: Item) -> bool:
        """Return True if at least one item is in stock."""
        return item.quantity > 0


class ItemListApi(ListAPIView[Item]):
    """The items of the catalog."""

    class Query(serializers.Serializer[Any]):
        search = serializers.CharField(
            required=False,
            allow_blank=True,
            max_length=MAX_SEARCH_CHARACTERS,
            help_text="Words that the name, SKU or description must contain.",
        )
        category = serializers.ChoiceField(
            Item.Category.choices, required=False, help_text="Return only items in this category."
        )
        in_stock = serializers.BooleanField(
            required=False,
            allow_null=True,
            default=None,
            help_text="Return only items that are in stock (true) or out of stock (false).",
        )
        ordering = serializers.ChoiceField(
            selectors.ORDERINGS, required=False, help_text="Sort order. The default is by name."
        )

    serializer_class = ItemOutput
    query_serializer_class = Query
    filter_backends = [QueryFilter]

    def get_queryset(self) -> QuerySet[Item]:
        """Return every item."""
        return selectors.items()

    def filter_rows(self, rows: QuerySet[Item], **values: Any) -> QuerySet[Item]:
        """Apply the query parameters."""
        return selectors.narrowed(rows, **values)


class ItemApi(RetrieveAPIView[Item]):
    """One item."""

    serializer_class = ItemOutput
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Item]:
        """Return every item."""
        return selectors.items()
