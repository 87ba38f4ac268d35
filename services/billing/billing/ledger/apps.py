"""The ledger: accounts and their transactions."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Django app of the ledger."""

    name = "billing.ledger"
    label = "ledger"
