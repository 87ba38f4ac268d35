"""Billing, inventory and the index, for a signed-in customer and for anonymous requests."""

from decimal import Decimal

import pytest

from tests.conftest import NewClient
from tests.edge_client import EdgeClient

PROTECTED = [
    "/api/",
    "/api/profile/",
    "/api/billing/summary/",
    "/api/billing/transactions/",
    "/api/inventory/items/",
    "/api/no-such-thing/",
]


@pytest.mark.parametrize("path", PROTECTED)
def test_a_stranger_gets_401_as_a_problem_document(client: EdgeClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == 'Bearer realm="vf"'
    assert {"type", "title", "status", "detail", "code", "request_id"} <= answer.json().keys()


@pytest.mark.parametrize("subdomain", ["billing", "inventory", "identity"])
def test_a_services_own_host_is_protected_by_the_same_rule(new_client: NewClient, subdomain: str) -> None:
    path = {"identity": "/api/profile/", "billing": "/api/billing/summary/"}.get(subdomain, "/api/inventory/items/")
    assert new_client(subdomain=subdomain).get(path).status_code == 401


def test_the_index_describes_every_endpoint_of_the_identity_provider(alice: EdgeClient) -> None:
    endpoints = alice.get("/api/").json()["endpoints"]
    assert {"/api/", "/api/auth/login/", "/api/auth/logout/", "/api/profile/"} <= {row["path"] for row in endpoints}
    assert all({"method", "description", "authentication", "returns"} <= row.keys() for row in endpoints)


def test_the_summary_adds_up_money_as_strings(alice: EdgeClient) -> None:
    summary = alice.get("/api/billing/summary/").json()
    assert summary["user"] == "alice"
    assert isinstance(summary["current_balance"], str)
    assert Decimal(summary["current_balance"]).as_tuple().exponent == -2
    assert {"billing_cycle", "next_billing_date", "timestamp"} <= summary.keys()


def test_transactions_come_in_pages_newest_first(alice: EdgeClient) -> None:
    page = alice.get("/api/billing/transactions/", params={"page_size": 5}).json()
    dates = [row["date"] for row in page["results"]]
    assert len(dates) == 5
    assert dates == sorted(dates, reverse=True)
    assert {"id", "amount", "description", "date", "status"} <= page["results"][0].keys()
    assert page["count"] > 5


def test_each_user_sees_only_their_own_transactions(alice: EdgeClient, new_client: NewClient) -> None:
    bob = new_client()
    bob.sign_in("bob")
    pages = [who.get("/api/billing/transactions/", params={"page_size": 100}).json() for who in (alice, bob)]
    hers, his = ({row["id"] for row in page["results"]} for page in pages)
    assert hers
    assert his
    assert hers.isdisjoint(his)


def test_items_are_found_by_words_and_read_one_by_one(alice: EdgeClient) -> None:
    everything = alice.get("/api/inventory/items/").json()
    name = everything["results"][0]["name"]
    found = alice.get("/api/inventory/items/", params={"search": name}).json()
    assert 0 < found["count"] < everything["count"]
    one = alice.get(f"/api/inventory/items/{found['results'][0]['id']}/")
    assert one.status_code == 200
    assert one.json()["name"] == name
