from datetime import UTC, datetime

import pytest

from billing.ledger.models import Transaction

pytestmark = pytest.mark.django_db

ADDRESS = "/api/billing/transactions/"


def day(number: int) -> datetime:
    return datetime(2026, 5, number, 8, 30, tzinfo=UTC)


def test_a_transaction_has_its_five_members_and_money_as_a_string(alice, pay):
    row = pay("-12.50", description="Storage", date=day(3), status="pending")
    assert alice.get(ADDRESS).json()["results"] == [
        {
            "id": row.pk,
            "amount": "-12.50",
            "description": "Storage",
            "date": "2026-05-03T08:30:00Z",
            "status": "pending",
        }
    ]


def test_the_newest_is_first_and_the_id_settles_ties(alice, pay):
    rows = [pay(date=day(number)) for number in (2, 9, 9, 4)]
    expected = [rows[index].pk for index in (2, 1, 3, 0)]
    assert [row["id"] for row in alice.get(ADDRESS).json()["results"]] == expected


def test_another_users_transactions_are_not_there(alice, pay):
    pay(user_id="usr_bob")
    pay(user_id="usr_alic")
    pay(user_id="USR_ALICE")
    assert alice.get(ADDRESS).json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_pages_hold_every_row_once(alice, pay):
    rows = {pay(date=day(1)).pk for _ in range(7)}
    seen, address = [], f"{ADDRESS}?page_size=3"
    while address:
        page = alice.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == 7
    assert set(seen) == rows


@pytest.mark.parametrize(("asked", "given"), [("1000000", 100), ("0", 20), ("-1", 20), ("x", 20), ("5", 5)])
def test_the_size_of_a_page_is_bounded(alice, pay, asked, given):
    for _ in range(120):
        pay()
    assert len(alice.get(f"{ADDRESS}?page_size={asked}").json()["results"]) == given


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "9" * 40, "1.5", "%00"])
def test_a_page_that_is_not_there_is_a_404(alice, pay, page):
    pay()
    answer = alice.get(f"{ADDRESS}?page={page}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_status_selects(alice, pay):
    wanted = pay(status="refunded")
    pay(status="completed")
    assert [row["id"] for row in alice.get(f"{ADDRESS}?status=refunded").json()["results"]] == [wanted.pk]


def test_an_empty_status_is_all_of_them(alice, pay):
    pay(status="refunded")
    pay(status="completed")
    assert alice.get(f"{ADDRESS}?status=").json()["count"] == 2


@pytest.mark.parametrize("status", ["lost", "completed' OR 1=1", "%00"])
def test_an_unknown_status_is_a_400_that_names_the_parameter(alice, status):
    answer = alice.get(ADDRESS, {"status": status})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["status"])


def test_a_page_costs_two_queries_however_many_rows_it_has(alice, pay, django_assert_num_queries):
    for _ in range(40):
        pay()
    with django_assert_num_queries(2):
        alice.get(f"{ADDRESS}?page_size=40")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_ledger_is_only_read(alice, pay, method):
    pay()
    assert getattr(alice, method)(ADDRESS).status_code == 405
    assert Transaction.objects.count() == 1


def test_a_description_arrives_as_it_is(alice, pay):
    text = "<script>alert(1)</script> \"quoted\" 'too' & " + "long" * 40
    pay(description=text)
    assert alice.get(ADDRESS).json()["results"][0]["description"] == text
