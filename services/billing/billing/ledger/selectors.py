"""Reads of the ledger. Each takes the user's id: there is no way to ask for everybody's rows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from .billing_cycles import Cycle, next_billing_date
from .models import Account, Transaction

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """Where a user stands."""

    current_balance: Decimal
    billing_cycle: str
    next_billing_date: date


def account_summary(*, user_id: str, today: date) -> AccountSummary:
    """Balance and next bill; a user unknown here has neither paid nor owes anything and is billed on the first."""
    account = Account.objects.filter(user_id=user_id).first()
    cycle = account.cycle if account else Cycle.MONTHLY.value
    opened_on = account.opened_on if account else today.replace(day=1)
    return AccountSummary(
        current_balance=_balance(user_id),
        billing_cycle=cycle,
        next_billing_date=next_billing_date(cycle, opened_on, today),
    )


def transactions_of(*, user_id: str) -> QuerySet[Transaction]:
    """The user's transactions, newest first; the id settles ties, so that pages do not overlap."""
    return Transaction.objects.filter(user_id=user_id).order_by("-date", "-id")


def _balance(user_id: str) -> Decimal:
    completed = Transaction.objects.filter(user_id=user_id, status=Transaction.Status.COMPLETED)
    total: Decimal | None = completed.aggregate(total=Sum("amount"))["total"]
    # SQLite sums decimals as floating point; the database's answer is brought back to cents.
    return ZERO if total is None else total.quantize(ZERO)
