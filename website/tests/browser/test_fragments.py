"""The fragment of a URL survives a sign-in and changes of the query, and never becomes anything but a fragment."""

import pytest
from api_answers import TRANSACTION, listed
from playwright.sync_api import expect


@pytest.mark.parametrize("link", ["Continue", "Sign in as someone else"])
def test_a_person_who_is_signed_in_already_goes_on_with_it(alice, link):
    alice.goto("/accounts/login/?next=/billing/#row-3")
    alice.get_by_role("link", name=link).click()
    path = "/billing/" if link == "Continue" else "/accounts/login/?switch=1&next=%2Fbilling%2F"
    expect(alice).to_have_url(f"{path}#row-3")


def test_a_page_whose_session_ends_takes_it_along(alice, api):
    alice.goto("/billing/?page=2#row-3")
    expect(alice.locator("#transactions-rows tr")).to_have_count(1)
    api.answer("/api/billing/transactions/", 401, code="token_expired", detail="Expired.")
    api.answer("/api/auth/refresh/", 401, code="refresh_token_invalid", detail="Ended.")
    alice.get_by_label("Status").select_option("pending")
    expect(alice).to_have_url("/api/auth/continue/?next=%2Fbilling%2F%3Fstatus%3Dpending#row-3")


def test_a_list_that_writes_its_state_into_the_address_leaves_it(alice, api):
    api.answer("/api/billing/transactions/", 200, listed(TRANSACTION, count=25))
    alice.goto("/billing/#row-3")
    alice.get_by_role("button", name="Next").click()
    expect(alice).to_have_url("/billing/?page=2#row-3")
