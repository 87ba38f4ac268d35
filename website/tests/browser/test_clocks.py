"""Changes of the computer's clock, and sleep: an expired token is renewed in place, and typed text is kept."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from api_answers import ITEM, listed
from playwright.sync_api import Page, expect

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WEBSITE = Path(__file__).parents[2]
SCRIPTS = sorted(script for folder in ("static/js", "clients/src") for script in (WEBSITE / folder).rglob("*.js"))


class Expiry:
    """The items API, which rejects the access token once the test has expired it."""

    def __init__(self, api) -> None:
        self.good = True
        self._api = api
        api.decide("/api/inventory/items/", self._items)
        api.decide("/api/auth/refresh/", self._refresh)

    @property
    def refreshes(self) -> int:
        return self._api.count("/api/auth/refresh/")

    def over(self) -> None:
        self.good = False

    def _items(self, request):
        return (200, listed(ITEM)) if self.good else (401, {"code": "token_expired", "detail": "Expired."})

    def _refresh(self, request):
        self.good = True
        return 200, {}


@pytest.fixture
def expiry(api):
    return Expiry(api)


def open_inventory(tab: Page, at: datetime) -> None:
    tab.clock.set_fixed_time(at)
    tab.goto("/inventory/")
    expect(tab.locator("#items-rows tr")).to_have_count(1)
    tab.evaluate("globalThis.samePage = true")


def search(tab: Page, words: str) -> None:
    """Type, and wait for the response. The page must stay, and keep the typed text."""
    with tab.expect_response(lambda response: "/items/" in response.url and response.ok):
        tab.get_by_label("Search items").fill(words)
    expect(tab.locator('[aria-busy="true"]')).to_have_count(0)
    expect(tab.locator("#items-rows tr")).to_have_count(1)
    expect(tab.get_by_label("Search items")).to_have_value(words)
    assert tab.evaluate("globalThis.samePage") is True


@pytest.mark.parametrize("jump", [DAY, -DAY, timedelta(seconds=-2), 400 * DAY, timedelta()], ids=str)
def test_each_expiry_is_renewed_in_place_after_the_clock_has_jumped(alice, expiry, jump):
    open_inventory(alice, NOW + jump)
    expiry.over()
    search(alice, "first")
    assert expiry.refreshes == 1
    alice.clock.set_fixed_time(NOW)  # the clock is corrected while the page is open
    expiry.over()
    search(alice, "second")
    assert expiry.refreshes == 2


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=str)
def test_a_renewal_under_a_wrong_clock_is_no_hindrance_in_another_tab_later(alice, expiry, context, jump):
    open_inventory(alice, NOW + jump)
    expiry.over()
    search(alice, "first")
    other = context.new_page()
    open_inventory(other, NOW)
    expiry.over()
    search(other, "second")
    assert expiry.refreshes == 2


def test_a_computer_that_slept_wakes_up_in_the_middle_of_the_page(alice, expiry):
    open_inventory(alice, NOW)
    for hours in (9, 80):
        expiry.over()
        alice.clock.set_fixed_time(NOW + timedelta(hours=hours))
        search(alice, f"after {hours} hours")
    assert expiry.refreshes == 2


def test_what_an_older_version_has_remembered_of_a_wrong_clock_means_nothing(alice, expiry):
    open_inventory(alice, NOW)
    for name in ("vf-session-renewed-at", "vf-session-renewal"):
        alice.evaluate(
            "([name, time]) => localStorage.setItem(name, time)", [name, str((NOW + DAY).timestamp() * 1000)]
        )
    expiry.over()
    search(alice, "words")
    assert expiry.refreshes == 1


def test_what_another_tab_says_of_a_renewal_is_a_hint_alone(alice, expiry, context):
    open_inventory(alice, NOW)
    other = context.new_page()
    other.goto("/")
    alice.evaluate("""() => new Promise((held) => {
        navigator.locks.request('vf-session-refresh', () => {
            held();
            return new Promise((release) => { globalThis.release = release; });
        });
    })""")
    expiry.over()
    with alice.expect_response(lambda response: "/items/" in response.url and response.status == 401):
        alice.get_by_label("Search items").fill("words")
    other.evaluate("localStorage.setItem('vf-session-renewal', 'no renewal at all')")
    alice.wait_for_function("localStorage.getItem('vf-session-renewal') === 'no renewal at all'")
    alice.evaluate("globalThis.release()")
    expect(alice.locator('[aria-busy="true"]')).to_have_count(0)
    expect(alice).to_have_url("/inventory/?search=words")
    assert alice.evaluate("globalThis.samePage") is True
    assert expiry.refreshes == 1


def test_a_browser_that_forbids_storage_renews_all_the_same(alice, expiry, context):
    context.add_init_script("""Object.defineProperty(globalThis, 'localStorage', {
        get() { throw new DOMException('no', 'SecurityError'); },
    })""")
    open_inventory(alice, NOW)
    for words in ("first", "second"):
        expiry.over()
        search(alice, words)
    assert expiry.refreshes == 2


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_reads_the_clock(script):
    """Check for ``new Date()`` and ``Date.now()``, which read the clock. ``new Date(value)`` shows a time from a
    service.
    """
    assert not re.findall(r"Date\.now|new Date\(\s*\)|\bDate\(\)|timeOrigin", script.read_text())
