"""The theme: without a flash, remembered, with scripts and without them, and never in print."""

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
    with page.expect_response("**/preferences/"):
        page.keyboard.press("Enter")
    expect(dark).to_have_attribute("aria-pressed", "true")
    expect(dark).to_be_focused()
    assert page.evaluate(BACKGROUND) == DARK
    expect(page.get_by_label("Email", exact=True)).to_have_value("alice@example.test")
    page.goto("/")
    assert page.evaluate(BACKGROUND) == DARK
    with page.expect_response("**/preferences/"):
        page.get_by_role("button", name="System", exact=True).click()
    assert page.evaluate(BACKGROUND) == LIGHT


def test_the_first_paint_has_the_theme(page: Page, website: str):
    """Without style sheet and script, the browser's own canvas is dark already."""
    page.route("**/static/**", lambda route: route.abort())
    page.context.add_cookies([{"name": "vf_theme", "value": "dark", "url": website}])
    page.emulate_media(color_scheme="light")
    page.goto("/")
    white_or_black = page.evaluate("getComputedStyle(document.body).color")
    assert white_or_black == "rgb(255, 255, 255)"  # the text on a dark canvas


def test_without_scripts_the_form_keeps_the_theme_and_the_page(browser: Browser, website: str):
    context = browser.new_context(base_url=website, java_script_enabled=False, color_scheme="light")
    page = context.new_page()
    page.goto("/accounts/login/?next=/billing/")
    page.get_by_role("button", name="Dark", exact=True).click()
    assert page.url == f"{website}/accounts/login/?next=/billing/"
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
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
