"""``manage.py load_demo_data``."""

from inventory.catalogue import demo_rows
from inventory.catalogue.models import Item
from vf_service.demo import DemoDataCommand


class Command(DemoDataCommand):
    """The demo catalogue."""

    def load(self) -> str:
        """Create what is missing; what is there stays as it is."""
        Item.objects.bulk_create(demo_rows.items(), ignore_conflicts=True)
        return f"{Item.objects.count()} items"
