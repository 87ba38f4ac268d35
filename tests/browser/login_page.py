"""The sign-in page, as a user fills it in."""

from playwright.sync_api import Page

from tests.edge_client import DEMO_PASSWORDS


def fill_in(page: Page, name: str, *, remember: bool = False) -> None:
    """Fill in the current sign-in page, and wait until the browser leaves it."""
    page.fill('input[name="email"]', name)
    page.fill('input[name="password"]', DEMO_PASSWORDS[name])
    if remember:
        page.check('input[name="remember_me"]')
    page.click('button[type="submit"]')
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
