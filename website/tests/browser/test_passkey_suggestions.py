"""Passkeys that the browser suggests in the sign-in form. The platform's own tests sign in with one."""

import pytest
from api_answers import Api
from playwright.sync_api import Page, expect

OPTIONS = "/api/auth/flow/passkey/options/"


def count_after_load(page: Page, api: Api, path: str) -> int:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return api.count(OPTIONS)


def test_the_sign_in_page_asks_for_a_challenge_once(page: Page, api: Api):
    assert count_after_load(page, api, "/accounts/login/") == 1
    expect(page.locator("#login-error")).to_be_hidden()


@pytest.mark.parametrize("status", [0, 429, 500])
def test_without_a_challenge_the_form_works_and_shows_no_problem(page: Page, api: Api, status):
    api.answer(OPTIONS, status, code="too_many_attempts", detail="Too many.")
    count_after_load(page, api, "/accounts/login/")
    expect(page.locator("#login-error")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()


def test_a_browser_without_suggestions_asks_for_no_challenge(page: Page, api: Api):
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false;")
    assert count_after_load(page, api, "/accounts/login/") == 0


@pytest.mark.parametrize("path", ["/accounts/register/", "/accounts/code/", "/dashboard/"])
def test_no_other_page_suggests_passkeys(alice: Page, api: Api, path):
    assert count_after_load(alice, api, path) == 0


def test_a_code_that_another_tab_waits_for_stays_valid(page: Page, api: Api):
    """A challenge begins a new flow, which would replace the one that sent the code."""
    api.answer("/api/auth/flow/code/request/", 200, None)
    page.goto("/accounts/code/")
    page.fill("#code-email", "alice@example.test")
    page.get_by_role("button", name="Send code").click()
    expect(page.locator("#confirm-code")).to_be_visible()
    other = page.context.new_page()
    assert count_after_load(other, api, "/accounts/login/") == 0
    api.answer("/api/auth/flow/code/confirm/", 200, {})
    page.fill("#confirm-code", "ABCD-EFGH")
    page.locator("#confirm-form button").click()
    page.wait_for_url("**/api/auth/continue/**")
    assert count_after_load(other, api, "/accounts/login/") == 1


@pytest.mark.parametrize("query", ["?step=verify_email", "?step=mfa&methods=totp"])
def test_a_step_of_this_page_stays_valid(page: Page, api: Api, query):
    assert count_after_load(page, api, f"/accounts/login/{query}") == 0
