"""``manage.py load_demo_data``."""

from inventory.catalogue import demo_rows
from inventory.catalogue.models import Item
from vf_service.demo import DemoDataCommand


class Command(DemoDataCommand):
    """A command that creates the demo catalog."""

    def load(self) -> str:
        """Create the missing items. Existing items don't change."""
        Item.objects.bulk_create(demo_rows.items(), ignore_conflicts=True)
        return f"{Item.objects.count()} items"
