"""The theme: without a flash, remembered, the system's without scripts, and never in print."""

import pytest
from playwright.sync_api import Browser, Page, expect

BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(244, 243, 238)", "rgb(16, 23, 31)"


@pytest.mark.parametrize(("system", "color"), [("light", LIGHT), ("dark", DARK)])
def test_without_a_choice_the_system_decides_and_can_change(page: Page, system, color):
    page.emulate_media(color_scheme=system)
    page.goto("/")
    assert page.evaluate(BACKGROUND) == color
    page.emulate_media(color_scheme="dark" if system == "light" else "light")
    assert page.evaluate(BACKGROUND) == (DARK if system == "light" else LIGHT)


def test_a_choice_holds_at_once_and_on_the_next_page(page: Page):
    page.emulate_media(color_scheme="light")
    page.goto("/accounts/code/")
    page.get_by_label("Email", exact=True).fill("alice@example.test")
    dark = page.get_by_role("button", name="Dark", exact=True)
    dark.focus()
    page.keyboard.press("Enter")
    expect(dark).to_have_attribute("aria-pressed", "true")
    expect(dark).to_be_focused()
    assert page.evaluate(BACKGROUND) == DARK
    expect(page.get_by_label("Email", exact=True)).to_have_value("alice@example.test")
    page.goto("/")
    assert page.evaluate(BACKGROUND) == DARK
    expect(page.get_by_role("button", name="Dark", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="System", exact=True).click()
    assert page.evaluate(BACKGROUND) == LIGHT


def test_the_first_paint_has_the_theme(page: Page):
    """The script that applies it stands before the body and is no module, so nothing is painted before it has run."""
    page.goto("/")
    page.get_by_role("button", name="Dark", exact=True).click()
    page.route("**/js/pages/**", lambda route: route.abort())
    page.goto("/", wait_until="commit")
    page.wait_for_selector("body", state="attached")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_choice_holds_in_the_other_tabs(page: Page):
    page.emulate_media(color_scheme="light")
    page.goto("/")
    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Dark", exact=True).click()
    expect(page.get_by_role("button", name="Dark", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("body")).to_have_css("background-color", DARK)


def test_without_scripts_no_switch_is_offered(browser: Browser, website: str):
    context = browser.new_context(base_url=website, java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Dark", exact=True)).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", DARK)
    context.close()


def test_print_stays_light(page: Page):
    page.emulate_media(color_scheme="dark")
    page.goto("/")
    page.get_by_role("button", name="Dark", exact=True).click()
    page.emulate_media(media="print")
    assert page.evaluate(BACKGROUND) == LIGHT


def test_only_without_scripts_a_page_says_what_does_not_work(page: Page, browser: Browser, website: str):
    page.goto("/")
    expect(page.locator(".without-script").first).to_be_hidden()
    context = browser.new_context(base_url=website, java_script_enabled=False)
    without = context.new_page()
    without.goto("/accounts/login/")
    expect(without.locator(".without-script").first).to_be_visible()
    expect(without.get_by_role("button", name="Use a passkey")).to_be_hidden()
    context.close()
