"""Accounts and transactions. A user is an opaque id from the edge; there is no user table here."""

from django.db import models

from .billing_cycles import Cycle

USER_ID_CHARACTERS = 255
"""The longest user id that a token can carry."""


class Account(models.Model):
    """How a user is billed. A user without one is billed monthly."""

    user_id = models.CharField(max_length=USER_ID_CHARACTERS, primary_key=True)
    cycle = models.CharField(max_length=16, choices=Cycle.choices, default=Cycle.MONTHLY)
    opened_on = models.DateField()
    """Bills fall on this day of the month."""

    def __str__(self) -> str:
        return f"{self.cycle} account of {self.user_id}"


class Transaction(models.Model):
    """Money that moved, or is about to: a payment is positive, a charge negative."""

    class Status(models.TextChoices):
        """Only a completed transaction counts towards the balance."""

        COMPLETED = "completed"
        PENDING = "pending"
        FAILED = "failed"
        REFUNDED = "refunded"

    reference = models.CharField(max_length=64, unique=True)
    """From the payment provider; makes importing one twice impossible."""
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
