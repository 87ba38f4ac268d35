"""The HTTP side of the catalogue."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView

from vf_django.filtering import QueryFilter

from . import selectors
from .models import Item

MAX_SEARCH_CHARACTERS = 100
"""Each word is a scan of the table; a longer search is no person's."""


class ItemOutput(serializers.ModelSerializer[Item]):
    """An item as a list and its own address show it."""

    in_stock = serializers.SerializerMethodField()

    class Meta:
        model = Item
        fields = ["id", "sku", "name", "description", "category", "price", "quantity", "in_stock", "updated_at"]
        ref_name = "Item"

    def get_in_stock(self, item: Item) -> bool:
        """True if at least one is left."""
        return item.quantity > 0


class ItemListApi(ListAPIView[Item]):
    """The catalogue."""

    class Query(serializers.Serializer[Any]):
        search = serializers.CharField(
            required=False,
            allow_blank=True,
            max_length=MAX_SEARCH_CHARACTERS,
            help_text="Words that stand in name, SKU or description.",
        )
        category = serializers.ChoiceField(Item.Category.choices, required=False, help_text="Only this one.")
        in_stock = serializers.BooleanField(
            required=False,
            allow_null=True,
            default=None,
            help_text="Only items that are in stock, or only sold-out ones.",
        )
        ordering = serializers.ChoiceField(selectors.ORDERINGS, required=False, help_text="By name if not given.")

    serializer_class = ItemOutput
    query_serializer_class = Query
    filter_backends = [QueryFilter]

    def get_queryset(self) -> QuerySet[Item]:
        """Every item."""
        return selectors.items()

    def filter_rows(self, rows: QuerySet[Item], **values: Any) -> QuerySet[Item]:
        """By the query."""
        return selectors.narrowed(rows, **values)


class ItemApi(RetrieveAPIView[Item]):
    """One item."""

    serializer_class = ItemOutput
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Item]:
        """Every item."""
        return selectors.items()
