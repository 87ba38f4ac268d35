"""The login page, as a person fills it in."""

from playwright.sync_api import Page

from tests.edge_client import DEMO_PASSWORDS


def fill_in(page: Page, name: str, *, remember: bool = False) -> None:
    """The login page that is shown, until it is gone."""
    page.fill('input[name="email"]', name)
    page.fill('input[name="password"]', DEMO_PASSWORDS[name])
    if remember:
        page.check('input[name="remember_me"]')
    page.click('button[type="submit"]')
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
