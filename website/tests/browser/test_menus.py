"""The two menus of the header: with the mouse, with the keyboard, on a phone, and without scripts."""

import pytest
from playwright.sync_api import expect

PHONE, DESKTOP = {"width": 390, "height": 800}, {"width": 1280, "height": 800}


@pytest.fixture
def page_of_alice(alice):
    alice.set_viewport_size(DESKTOP)
    alice.goto("/accounts/profile/")
    return alice


def header(page):
    return page.get_by_role("navigation", name="Main")


def person(page):
    return page.get_by_role("button", name="Signed in as alice")


def test_escape_closes_the_menu_and_gives_the_focus_back(page_of_alice):
    person(page_of_alice).focus()
    page_of_alice.keyboard.press("Enter")
    page_of_alice.keyboard.press("Tab")
    expect(header(page_of_alice).get_by_role("link", name="Profile")).to_be_focused()
    page_of_alice.keyboard.press("Escape")
    expect(header(page_of_alice).get_by_role("link", name="Profile")).to_be_hidden()
    expect(person(page_of_alice)).to_be_focused()
    expect(person(page_of_alice)).to_have_attribute("aria-expanded", "false")


def test_a_click_elsewhere_closes_the_menu(page_of_alice):
    person(page_of_alice).click()
    expect(page_of_alice.get_by_role("button", name="Sign out")).to_be_visible()
    page_of_alice.get_by_role("heading", level=1).click()
    expect(page_of_alice.get_by_role("button", name="Sign out")).to_be_hidden()


def test_the_focus_leaves_no_open_menu_behind(page_of_alice):
    person(page_of_alice).click()
    page_of_alice.get_by_role("button", name="Sign out").focus()
    page_of_alice.keyboard.press("Tab")
    expect(page_of_alice.get_by_role("button", name="Sign out")).to_be_hidden()


def test_on_a_phone_a_button_opens_the_sections_and_the_menu_within(page_of_alice):
    page_of_alice.set_viewport_size(PHONE)
    menu = page_of_alice.get_by_role("button", name="Menu")
    expect(page_of_alice.get_by_role("link", name="Billing")).to_be_hidden()
    menu.click()
    expect(page_of_alice.get_by_role("link", name="Billing")).to_be_visible()
    person(page_of_alice).click()
    expect(page_of_alice.get_by_role("button", name="Sign out")).to_be_visible()
    expect(menu).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_without_scripts_everything_in_the_header_is_there(browser, website, sign_in_headers, size):
    context = browser.new_context(
        base_url=website, java_script_enabled=False, viewport=size, extra_http_headers=sign_in_headers()
    )
    page = context.new_page()
    page.goto("/accounts/profile/")
    for name in ("Dashboard", "Billing", "Inventory", "Profile"):
        expect(header(page).get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    context.close()


@pytest.mark.parametrize(
    ("path", "least"),
    [
        ("/", 7),
        ("/accounts/login/", 5),
        ("/dashboard/", 9),
        ("/billing/", 6),
        ("/inventory/", 9),
        ("/inventory/?item=3", 1),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_has_the_focus_is_ringed_with_enough_contrast(alice, scheme, path, least):
    """3:1 between the ring and what is around it (WCAG 1.4.11), for everything that the keyboard reaches."""
    alice.emulate_media(color_scheme=scheme)
    alice.goto(path)
    expect(alice.locator('[aria-busy="true"]')).to_have_count(0)
    rings = {}
    for _ in range(60):
        ring = alice.evaluate(RING)  # at first on what the page gives the focus itself, such as a dialog's button
        if ring is not None:
            if ring["name"] in rings:
                break
            rings[ring["name"]] = ring
        alice.keyboard.press("Tab")
    assert len(rings) >= least, rings
    for ring in rings.values():
        assert (ring["style"], ring["width"] >= 2, ring["contrast"] >= 3) == ("solid", True, True), ring


RING = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => {
    const linear = [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const style = getComputedStyle(element);
  let around = element.parentElement;
  let ground = [255, 255, 255];
  for (; around; around = around.parentElement) {
    const color = channels(getComputedStyle(around).backgroundColor);
    if (color.length === 3 || color[3] === 1) { ground = color; break; }
  }
  const [high, low] = [luminance(channels(style.outlineColor)), luminance(ground)].sort((a, b) => b - a);
  const all = [...document.querySelectorAll("a, button, input, select")];
  return {
    name: `${all.indexOf(element)} ${element.outerHTML.slice(0, 80)}`,
    style: style.outlineStyle,
    width: parseFloat(style.outlineWidth),
    contrast: (high + 0.05) / (low + 0.05),
  };
}"""


def test_reduced_motion_stops_what_moves(alice, api):
    alice.emulate_media(reduced_motion="reduce")
    alice.goto("/billing/")
    moving = "document.getAnimations().length + [...document.querySelectorAll('*')].filter((e) => "
    moving += "getComputedStyle(e).animationName !== 'none').length"
    assert alice.evaluate(moving) == 0
