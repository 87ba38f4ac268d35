"""Accounts and transactions. A user is an opaque ID from the gateway; billing has no user table."""

from django.db import models

from .billing_cycles import Cycle

USER_ID_CHARACTERS = 255
"""Maximum length of a user ID in a token."""


class Account(models.Model):
    """The billing interval of a user. A user without an account is billed monthly."""

    user_id = models.CharField(max_length=USER_ID_CHARACTERS, primary_key=True)
    cycle = models.CharField(max_length=16, choices=Cycle.choices, default=Cycle.MONTHLY)
    opened_on = models.DateField()
    """Bills are due on this day of the month."""

    def __str__(self) -> str:
        return f"{self.cycle} account of {self.user_id}"


class Transaction(models.Model):
    """A completed or pending movement of money: payments are positive, charges negative."""

    class Status(models.TextChoices):
        """States of a transaction. Only completed transactions count toward the balance."""

        COMPLETED = "completed"
        PENDING = "pending"
        FAILED = "failed"
        REFUNDED = "refunded"

    reference = models.CharField(max_length=64, unique=True)
    """The payment provider's ID, which prevents importing a transaction twice."""
    user_id = models.CharField(max_length=USER_ID_CHARACTERS)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    description = models.CharField(max_length=255)
    date = models.DateTimeField()
    status = models.CharField(max_length=16, choices=Status.choices)

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-date", "-id"], name="newest_of_user"),
            models.Index(fields=["user_id", "status"], name="status_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount} ({self.status})"
