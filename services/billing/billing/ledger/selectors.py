"""Queries of the ledger. Each takes a user ID, so no query can return other users' rows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from .billing_cycles import Cycle, next_billing_date
from .models import Account, Transaction

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """A user's balance and next bill."""

    current_balance: Decimal
    billing_cycle: str
    next_billing_date: date


def account_summary(*, user_id: str, today: date) -> AccountSummary:
    """Return the balance and next bill. A user without an account has a balance of zero and is billed on the first."""
    account = Account.objects.filter(user_id=user_id).first()
    cycle = account.cycle if account else Cycle.MONTHLY.value
    opened_on = account.opened_on if account else today.replace(day=1)
    return AccountSummary(
        current_balance=_balance(user_id),
        billing_cycle=cycle,
        next_billing_date=next_billing_date(cycle, opened_on, today),
    )


def transactions_of(*, user_id: str) -> QuerySet[Transaction]:
    """Return the user's transactions, newest first. Sorting by ID as well keeps pages from overlapping."""
    return Transaction.objects.filter(user_id=user_id).order_by("-date", "-id")


def _balance(user_id: str) -> Decimal:
    completed = Transaction.objects.filter(user_id=user_id, status=Transaction.Status.COMPLETED)
    total: Decimal | None = completed.aggregate(total=Sum("amount"))["total"]
    # SQLite sums decimals as floating point, so the result is rounded to cents.
    return ZERO if total is None else total.quantize(ZERO)
