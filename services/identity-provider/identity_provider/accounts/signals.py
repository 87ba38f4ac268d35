"""What happened to an account, for packages that accounts don't know."""

from django.dispatch import Signal

account_deactivated = Signal()
"""Sent inside the transaction, with the account's row locked. Arguments: ``user_id`` and ``now``."""
