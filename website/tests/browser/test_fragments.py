"""The fragment of a URL survives a sign-in and changes of the query, and never becomes anything but a fragment."""

import pytest
from api_answers import TRANSACTION, listed
from playwright.sync_api import expect

FRAGMENTS = ["#row-3", "#/http/routers?status=enabled", "#%E2%82%AC%20x"]
HOSTILE = ["#//evil.test/", "#@evil.test", "#javascript:document.title='owned'", '#"><img src=x>', "#?next=//evil.test"]


def sign_in_at(page, api, sign_in):
    api.decide("/api/auth/login/", lambda request: (sign_in(), (200, {}))[1])
    page.locator('input[name="email"]').fill("alice")
    page.locator('input[name="password"]').fill("secret")
    page.locator('button[type="submit"]').click()


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_the_form_goes_on_with_the_fragment_that_the_page_was_opened_with(page, api, sign_in, fragment):
    page.goto(f"/accounts/login/?next=/billing/%3Fstatus%3Dpaid{fragment}")
    page.locator(".skip-link").focus()
    page.keyboard.press("Enter")
    sign_in_at(page, api, sign_in)
    expect(page).to_have_url(f"/billing/?status=paid{fragment}")


def test_a_fragment_of_next_is_not_replaced(page, api, sign_in):
    page.goto("/accounts/login/?next=/billing/%23own#other")
    sign_in_at(page, api, sign_in)
    expect(page).to_have_url("/billing/#own")


@pytest.mark.parametrize("fragment", HOSTILE)
def test_a_fragment_leads_nowhere_and_runs_nothing(page, api, sign_in, fragment):
    asked = []
    page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
    page.goto(f"/accounts/login/?next=/billing/{fragment}")
    sign_in_at(page, api, sign_in)
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    expect(page.locator("#transactions-rows tr")).to_have_count(1)
    assert page.evaluate("[location.hostname, location.pathname]") == ["vfservices.localhost", "/billing/"]
    assert page.title() != "owned"
    assert page.locator("img[src=x]").count() == 0
    assert not [url for url in asked if "evil" in url]


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
