from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

import pytest
from django.test import Client

from billing.ledger.models import Transaction
from vf_django.testing import as_user

_numbers = count()


@pytest.fixture
def alice(client: Client) -> Client:
    return as_user(client, user_id="usr_alice", username="alice")


@pytest.fixture
def pay() -> Callable[..., Transaction]:
    """Record a transaction. Tests pass only the values that matter to them."""

    def record(amount: str = "10.00", **fields: object) -> Transaction:
        values = {
            "reference": f"test-{next(_numbers)}",
            "user_id": "usr_alice",
            "amount": Decimal(amount),
            "description": "Payment",
            "date": datetime(2026, 5, 1, tzinfo=UTC),
            "status": Transaction.Status.COMPLETED,
        }
        return Transaction.objects.create(**values | fields)

    return record
