"""Other providers in Chromium: sign-in, the further step, and connections, with a real OpenID Connect provider."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runner import Platform
from tests.e2e.test_providers import started_provider


@pytest.fixture(scope="module")
def provider(
    start_platform: Callable[..., Platform], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Platform, str]]:
    """A platform whose users can sign in with the provider, and the provider's address."""
    folder: Path = tmp_path_factory.mktemp("provider")
    with started_provider(start_platform, folder) as (platform, issuer):
        yield platform, issuer


def at_the_provider(page: Page, issuer: str, name: str) -> None:
    """Sign the browser in at the provider."""
    page.goto(f"{issuer}/be/{name}/")


def test_a_user_signs_in_with_the_provider(page: Page, provider: tuple[Platform, str]) -> None:
    platform, issuer = provider
    at_the_provider(page, issuer, "vera")
    page.goto(platform.url("/accounts/login/?next=/accounts/profile/"))
    page.get_by_role("button", name="Continue with Company").click()
    page.wait_for_url(platform.url("/accounts/profile/"))
    expect(page.locator("#profile-username")).to_have_text("vera")


def test_an_address_that_the_provider_has_not_verified_is_asked_for(page: Page, provider: tuple[Platform, str]) -> None:
    platform, issuer = provider
    at_the_provider(page, issuer, "ulf")
    page.goto(platform.url("/accounts/login/"))
    page.get_by_role("button", name="Continue with Company").click()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    expect(page.locator("#login-form")).to_be_hidden()


def test_an_account_with_the_same_address_is_signed_in_to_first_and_then_connected(
    page: Page, provider: tuple[Platform, str]
) -> None:
    platform, issuer = provider
    at_the_provider(page, issuer, "alice")
    page.goto(platform.url("/accounts/login/?next=/accounts/security/"))
    page.get_by_role("button", name="Continue with Company").click()
    expect(page.get_by_role("alert").filter(has_text="You already have an account.")).to_be_visible()
    page.fill("#login-email", "alice")
    page.fill("#login-password", "alice123")
    page.click('#login-form button[type="submit"]')
    page.get_by_role("button", name="Connect Company").click()
    page.wait_for_url(platform.url("/accounts/security/?connected=company"))
    expect(page.get_by_text("The provider has been connected.")).to_be_visible()
    page.get_by_role("button", name="Disconnect Company").click()
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("Company has been disconnected.")).to_be_visible()
    expect(page.get_by_role("button", name="Connect Company", exact=True)).to_be_visible()


def test_an_invitation_is_read_from_the_address_and_goes_no_further(page: Page, provider: tuple[Platform, str]) -> None:
    platform, _ = provider
    page.goto(platform.url("/accounts/register/#invitation=wrong"))
    page.fill("#register-username", "invited")
    page.fill("#register-email", "invited@example.test")
    page.fill("#register-password", "correct horse 7")
    with page.expect_request("**/api/auth/flow/sign-up/") as sent:
        page.click('#register-form button:not([type="button"])')
    assert sent.value.post_data_json["invitation"] == "wrong"
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
