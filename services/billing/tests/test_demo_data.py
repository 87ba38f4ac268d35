import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from billing.ledger.models import Account, Transaction

pytestmark = pytest.mark.django_db


def test_the_demo_users_have_rows_worth_looking_at():
    call_command("load_demo_data")
    counts = dict(Transaction.objects.values_list("user_id").annotate(Count("id")))
    assert counts == {"usr_demo_alice": 60, "usr_demo_bob": 25, "usr_demo_admin": 6}
    statuses = set(Transaction.objects.filter(user_id="usr_demo_alice").values_list("status", flat=True))
    assert statuses == set(Transaction.Status.values)


def test_loading_twice_changes_nothing():
    call_command("load_demo_data")
    before = list(Transaction.objects.values()), list(Account.objects.values())
    call_command("load_demo_data")
    assert (list(Transaction.objects.values()), list(Account.objects.values())) == before


def test_production_refuses(settings):
    settings.VF_PRODUCTION = True
    with pytest.raises(CommandError, match="for development only"):
        call_command("load_demo_data")
    assert not Transaction.objects.exists()
