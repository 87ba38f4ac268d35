"""Django's admin in Chromium, in both layouts: an operator signs in, finds an account, and signs out."""

import pytest
from playwright.sync_api import Page, expect

from runner import Platform
from tests.browser.test_walk import SignIn


def test_an_operator_finds_an_account_and_its_sessions(
    site: Platform, page: Page, sign_in: SignIn, problems: list[str]
) -> None:
    start = site.url("/admin/", subdomain="admin")
    page.goto(start)
    page.wait_for_url(lambda url: "/accounts/login/" in url)
    sign_in("admin")
    expect(page).to_have_url(start)
    page.locator("#content").get_by_role("link", name="Users", exact=True).click()
    page.fill("#searchbar", "ADMIN@")
    page.press("#searchbar", "Enter")
    page.get_by_role("link", name="admin", exact=True).click()
    expect(page.get_by_text("usr_demo_admin")).to_be_visible()
    page.locator(".field-records").get_by_role("link", name="Sessions").click()
    expect(page.locator("#result_list tbody tr").first).to_be_visible()
    page.get_by_role("button", name="Toggle theme").locator("visible=true").first.click()
    assert problems == []

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/accounts/login/?signed_out=1" in url)
    page.goto(start)
    page.wait_for_url(lambda url: "/accounts/login/" in url)


def test_a_customer_is_denied(site: Platform, page: Page, sign_in: SignIn) -> None:
    page.goto(site.url("/admin/", subdomain="admin"))
    sign_in("alice")
    expect(page.get_by_text("This page requires the role operator.")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_the_window(platform: Platform, page: Page, sign_in: SignIn, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(platform.url("/admin/", subdomain="admin"))
    sign_in("admin")
    for path in ("", "accounts/user/", "events/event/", "accounts/user/usr_5Fdemo_5Falice/change/"):
        page.goto(platform.url(f"/admin/{path}", subdomain="admin"))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
