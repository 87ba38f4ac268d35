"""Date arithmetic for the next bill."""

import calendar
from datetime import date

from django.db import models


class Cycle(models.TextChoices):
    """Billing intervals."""

    MONTHLY = "monthly"
    YEARLY = "yearly"


def next_billing_date(cycle: str, opened_on: date, today: date) -> date:
    """Return the first billing day after ``today``: the day of the month on which the account was opened, or the
    month's last if that is earlier.
    """
    step = 12 if cycle == Cycle.YEARLY else 1
    passed = (today.year - opened_on.year) * 12 + today.month - opened_on.month
    periods = max(passed // step, 0)
    due = _months_after(opened_on, periods * step)
    return due if due > today else _months_after(opened_on, (periods + 1) * step)


def _months_after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)
