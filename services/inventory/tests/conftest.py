from collections.abc import Callable
from decimal import Decimal
from itertools import count

import pytest
from django.test import Client

from inventory.catalogue.models import Item
from vf_django.testing import as_user

_numbers = count(1)


@pytest.fixture
def alice(client: Client) -> Client:
    return as_user(client, user_id="usr_alice", username="alice")


@pytest.fixture
def stock() -> Callable[..., Item]:
    """Create an item. Tests pass only the values that matter to them."""

    def put(name: str = "Cable", **fields: object) -> Item:
        values = {"sku": f"SKU-{next(_numbers)}", "category": "cables", "price": Decimal("9.90"), "quantity": 3}
        return Item.objects.create(name=name, **values | fields)

    return put
