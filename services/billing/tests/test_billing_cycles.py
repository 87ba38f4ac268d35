from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.ledger.billing_cycles import Cycle, next_billing_date

ROWS = {
    "later this month": ("monthly", date(2026, 1, 20), date(2026, 5, 3), date(2026, 5, 20)),
    "next month, once this month's day has come": ("monthly", date(2026, 1, 20), date(2026, 5, 20), date(2026, 6, 20)),
    "the last day of a shorter month": ("monthly", date(2026, 1, 31), date(2026, 2, 3), date(2026, 2, 28)),
    "the 31st again after a shorter month": ("monthly", date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)),
    "over the end of the year": ("monthly", date(2026, 1, 5), date(2026, 12, 5), date(2027, 1, 5)),
    "once a year": ("yearly", date(2025, 3, 31), date(2026, 5, 1), date(2027, 3, 31)),
    "the leap day in an ordinary year": ("yearly", date(2024, 2, 29), date(2025, 1, 1), date(2025, 2, 28)),
    "before the account opens": ("monthly", date(2026, 8, 10), date(2026, 5, 1), date(2026, 8, 10)),
}


@pytest.mark.parametrize(("cycle", "opened", "today", "due"), ROWS.values(), ids=ROWS.keys())
def test_the_next_bill_is_due(cycle, opened, today, due):
    assert next_billing_date(cycle, opened, today) == due


@given(
    cycle=st.sampled_from(Cycle.values),
    opened=st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    since=st.integers(0, 20_000),
)
def test_the_next_bill_is_after_today_and_at_most_one_cycle_away(cycle, opened, since):
    today = opened + timedelta(days=since)
    due = next_billing_date(cycle, opened, today)
    assert today < due <= today + timedelta(days=366 if cycle == Cycle.YEARLY else 31)
