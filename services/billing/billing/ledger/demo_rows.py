"""Accounts and transactions of the demo users: plausible, and identical on every machine."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from vf_service.demo import ADMIN, ALICE, BOB

from .billing_cycles import Cycle
from .models import Account, Transaction

_FIRST_DAY = date(2026, 1, 5)

_CHARGES = (
    ("Team plan, monthly fee", "-49.00"),
    ("Additional seats (3)", "-27.00"),
    ("Object storage, 512 GB", "-11.78"),
    ("Outgoing traffic, 1.4 TB", "-23.46"),
    ("Custom domain “shop.example”", "-4.50"),
    ("Priority support", "-19.90"),
    ("Build minutes, 2,300", "-9.20"),
    ("Daily backups", "-6.00"),
)
_PAYMENTS = (
    ("Payment by card ending in 4242", "150.00"),
    ("Bank transfer, thank you", "200.00"),
    ("Credit for reported incident", "12.50"),
)
_HISTORIES = ((ALICE, 60, 5), (BOB, 25, 11), (ADMIN, 6, 30))
"""User, number of transactions, days between two transactions."""


def accounts() -> Iterator[Account]:
    """Return one account per user."""
    yield Account(user_id=ALICE, cycle=Cycle.MONTHLY, opened_on=_FIRST_DAY)
    yield Account(user_id=BOB, cycle=Cycle.YEARLY, opened_on=date(2025, 3, 31))
    yield Account(user_id=ADMIN, cycle=Cycle.MONTHLY, opened_on=date(2025, 1, 1))


def transactions() -> Iterator[Transaction]:
    """Return every transaction of every demo user."""
    for user_id, count, days in _HISTORIES:
        for number in range(count):
            yield _transaction(user_id, number, count, days)


def _transaction(user_id: str, number: int, count: int, days: int) -> Transaction:
    payment = number % 4 == 0
    rows = _PAYMENTS if payment else _CHARGES
    description, amount = rows[(number // 4 if payment else number) % len(rows)]
    moment = datetime(_FIRST_DAY.year, _FIRST_DAY.month, _FIRST_DAY.day, tzinfo=UTC)
    return Transaction(
        reference=f"demo-{user_id}-{number:03}",
        user_id=user_id,
        amount=Decimal(amount),
        description=description,
        date=moment + timedelta(days=number * days, hours=7 + number % 11, minutes=number * 13 % 60),
        status=_status(number, count),
    )


def _status(number: int, count: int) -> Transaction.Status:
    if number >= count - 2:
        return Transaction.Status.PENDING
    if number % 13 == 6:
        return Transaction.Status.FAILED
    if number % 17 == 9:
        return Transaction.Status.REFUNDED
    return Transaction.Status.COMPLETED
