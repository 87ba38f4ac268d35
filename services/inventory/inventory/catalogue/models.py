"""Items with price and quantity in stock."""

from django.core.validators import MinValueValidator
from django.db import models

from vf_service.folded_columns import FoldedField, FoldingModel


class Item(FoldingModel):
    """An item for sale."""

    class Category(models.TextChoices):
        """Categories of the catalog."""

        CABLES = "cables"
        COMPUTERS = "computers"
        DISPLAYS = "displays"
        FURNITURE = "furniture"
        NETWORK = "network"
        STATIONERY = "stationery"

    sku = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    category = models.CharField(max_length=16, choices=Category.choices)
    price = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])
    quantity = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)
    search_text = FoldedField(sources=["name", "sku", "description"], blank=True)
    """Folded text for searches: SQLite ignores the letter case of ASCII only, PostgreSQL that of its locale."""

    class Meta:
        indexes = [
            models.Index(fields=["category", "name"], name="category_by_name"),
            models.Index(fields=["name", "id"], name="items_by_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="price_is_not_negative",
                violation_error_message="A price is not negative.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"
