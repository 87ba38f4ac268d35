"""``manage.py load_demo_data``."""

from billing.ledger import demo_rows
from billing.ledger.models import Account, Transaction
from vf_service.demo import DemoDataCommand


class Command(DemoDataCommand):
    """A command that creates accounts and transactions of the demo users."""

    def load(self) -> str:
        """Create the missing rows. Existing rows don't change."""
        Account.objects.bulk_create(demo_rows.accounts(), ignore_conflicts=True)
        Transaction.objects.bulk_create(demo_rows.transactions(), ignore_conflicts=True)
        return f"{Account.objects.count()} accounts, {Transaction.objects.count()} transactions"
