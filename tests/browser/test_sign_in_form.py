"""The sign-in form posts by itself: it needs no JavaScript, and a navigation that follows at once is signed in."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from runner import Platform
from tests.edge_client import DEMO_PASSWORDS


@pytest.fixture
def without_javascript(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("run", range(3))
def test_a_navigation_right_after_the_click_is_signed_in(site: Platform, page: Page, run: int) -> None:
    page.goto(site.url("/accounts/login/"))
    page.fill('input[name="email"]', "admin@example.test")
    page.fill('input[name="password"]', DEMO_PASSWORDS["admin"])
    page.click('button[type="submit"]')
    page.goto(site.url("/accounts/profile/"))
    expect(page.locator("#profile-username")).to_contain_text("admin")


def test_without_javascript_a_person_signs_in_sees_who_they_are_and_signs_out(
    site: Platform, without_javascript: Page
) -> None:
    page = without_javascript
    page.goto(site.url("/accounts/profile/"))
    page.fill('input[name="email"]', "alice")
    page.fill('input[name="password"]', "not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#login-error")).to_have_text("Incorrect username or password.")

    page.fill('input[name="email"]', "alice")
    page.fill('input[name="password"]', DEMO_PASSWORDS["alice"])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(site.url("/accounts/profile/"))
    expect(page.get_by_text("alice@example.test")).to_be_visible()
    expect(page.locator("#profile-loading")).to_be_hidden()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You’ve signed out.")).to_be_visible()
    page.goto(site.url("/accounts/profile/"))
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_the_form_keeps_the_fragment(site: Platform, page: Page, sign_in: Callable[..., None]) -> None:
    page.goto(site.url("/accounts/login/?next=/billing/#row-3"))
    sign_in("alice")
    expect(page).to_have_url(site.url("/billing/#row-3"))


def test_a_form_of_another_site_signs_nobody_in(site: Platform, page: Page) -> None:
    page.route("https://evil.test/", lambda route: route.fulfill(content_type="text/html", body=FORM % site.url("/")))
    page.goto("https://evil.test/")
    page.click("button")
    expect(page.get_by_text("cross_site_request")).to_be_visible()
    assert not page.context.cookies(site.url("/"))


FORM = """<form method="post" action="%sapi/auth/login/">
<input name="email" value="alice"><input name="password" value="alice"><button>Go</button></form>"""
