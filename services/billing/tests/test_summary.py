from datetime import date, datetime
from decimal import Decimal

import pytest

from billing.ledger import selectors
from billing.ledger.models import Account, Transaction

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 12)


def test_the_balance_is_the_sum_of_completed_transactions_only(pay):
    pay("100.00")
    pay("-30.10")
    for status in set(Transaction.Status) - {Transaction.Status.COMPLETED}:
        pay("999.00", status=status)
    assert selectors.account_summary(user_id="usr_alice", today=TODAY).current_balance == Decimal("69.90")


def test_cents_add_up_exactly(pay):
    for _ in range(30):
        pay("0.10")
    assert selectors.account_summary(user_id="usr_alice", today=TODAY).current_balance == Decimal("3.00")


def test_another_users_money_is_not_counted(alice, pay):
    pay("5.00")
    pay("1000.00", user_id="usr_bob")
    assert alice.get("/api/billing/summary/").json()["current_balance"] == "5.00"


def test_the_summary_has_its_five_members(alice, pay):
    Account.objects.create(user_id="usr_alice", cycle="yearly", opened_on=date(2025, 3, 1))
    pay("5.00")
    answer = alice.get("/api/billing/summary/").json()
    assert list(answer) == ["user", "current_balance", "billing_cycle", "next_billing_date", "timestamp"]
    assert (answer["user"], answer["current_balance"], answer["billing_cycle"]) == ("alice", "5.00", "yearly")
    assert date.fromisoformat(answer["next_billing_date"]) > datetime.fromisoformat(answer["timestamp"]).date()


def test_a_user_without_rows_owes_nothing_and_is_billed_on_the_first_of_the_month():
    summary = selectors.account_summary(user_id="usr_new", today=TODAY)
    assert (str(summary.current_balance), summary.billing_cycle) == ("0.00", "monthly")
    assert summary.next_billing_date == date(2026, 6, 1)


def test_a_user_without_rows_sees_an_empty_summary(alice):
    assert alice.get("/api/billing/summary/").json()["current_balance"] == "0.00"


def test_a_summary_costs_two_queries_however_many_rows_there_are(alice, pay, django_assert_num_queries):
    for _ in range(30):
        pay()
    with django_assert_num_queries(2):
        alice.get("/api/billing/summary/")


def test_nobody_is_asked_to_sign_in(client):
    answer = client.get("/api/billing/summary/")
    assert (answer.status_code, answer.json()["code"]) == (401, "credential_required")


def test_headers_without_proof_are_nobody(client):
    assert client.get("/api/billing/summary/", HTTP_X_USER_ID="usr_alice").status_code == 401
