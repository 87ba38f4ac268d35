"""Panels: content, empty states, errors, and values as text."""

import re

import pytest
from api_answers import (
    CONNECTION,
    EVENT,
    FACTORS,
    ITEM,
    PASSKEY,
    PROFILE,
    SESSION,
    SUMMARY,
    TOKEN,
    TRANSACTION,
    listed,
    query_of,
)
from playwright.sync_api import expect

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 4
HOSTILE = f"<img src=x onerror=\"document.title='gone'\"><script>document.title='gone'</script>{LONG}\"'&amp;"
WIDTHS = [320, 390, 640, 768, 800, 900, 991, 1024, 1280]
ZOOMED = [width // 2 for width in WIDTHS if width // 2 >= 320]
"""The windows at 200% zoom. No window needs to be narrower than 320 pixels (WCAG 2.2, 1.4.10)."""

PAGES = ["/dashboard/", "/billing/", "/inventory/?item=3", "/accounts/profile/"]
ACCOUNT = [f"/accounts/{name}/" for name in ("details", "security", "sessions", "activity", "tokens", "data")]
SIGN_IN = ["/accounts/login/?switch=1", "/accounts/register/", "/accounts/password/forgot/", "/accounts/code/"]


LAYOUT_FAULTS = """() => {
  const faults = [];
  const label = (element) => `${element.className || element.tagName} "${element.textContent.trim()}"`;
  const boxes = (cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    const parts = [...range.getClientRects(), ...[...cell.children].map((child) => child.getBoundingClientRect())];
    return parts.filter((box) => box.width > 0 && box.height > 0);
  };
  const overlap = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  for (const panel of document.querySelectorAll(".panel")) {
    const edge = panel.getBoundingClientRect();
    const narrow = (selector, least) => {
      for (const part of panel.querySelectorAll(selector)) {
        const { width } = part.getBoundingClientRect();
        if (width < least) faults.push(`only ${Math.round(width)} px: ${label(part)}`);
      }
    };
    if (panel.scrollWidth > panel.clientWidth) faults.push(`overflow: #${panel.id}`);
    narrow(".what, .stock-link", 90);
    narrow(".rest", 70);
    const cells = [...panel.querySelectorAll("td, th, .stock-list li > *")]
      .filter((cell) => getComputedStyle(cell.closest("thead") ?? cell).position !== "absolute")
      .map((cell) => [cell, boxes(cell)]);
    cells.forEach(([cell, parts], index) => {
      if (parts.some((box) => box.left < edge.left || box.right > edge.right)) faults.push(`cut off: ${label(cell)}`);
      for (const [other, others] of cells.slice(index + 1))
        if (parts.some((a) => others.some((b) => overlap(a, b)))) faults.push(`${label(cell)} covers ${label(other)}`);
    });
  }
  return faults;
}"""


def answer_with_hostile_values(api):
    api.answer("/api/profile/", 200, {**PROFILE, "username": HOSTILE, "email": HOSTILE, "roles": [HOSTILE]})
    api.answer("/api/billing/summary/", 200, {**SUMMARY, "billing_cycle": HOSTILE, "current_balance": "9" * 40})
    row = {**TRANSACTION, "description": HOSTILE, "status": HOSTILE, "amount": HOSTILE}
    api.answer("/api/billing/transactions/", 200, listed(row, row))
    item = {**ITEM, "name": HOSTILE, "sku": HOSTILE, "category": HOSTILE, "description": HOSTILE}
    api.answer("/api/inventory/items/", 200, listed(item, item))
    api.answer("/api/inventory/items/3/", 200, item)
    answer_with_hostile_account(api)


def answer_with_hostile_account(api):
    api.answer("/api/auth/account/email/", 200, {"email": HOSTILE, "pending": HOSTILE})
    passkey = {**PASSKEY, "name": HOSTILE}
    api.answer("/api/auth/account/factors/", 200, {**FACTORS, "passkeys": [passkey, passkey]})
    api.answer("/api/auth/account/providers/", 200, [{**CONNECTION, "name": HOSTILE, "email": HOSTILE}])
    session = {**SESSION, "user_agent": HOSTILE, "network": HOSTILE}
    api.answer("/api/auth/sessions/", 200, [{**session, "current": True}, session])
    api.answer("/api/auth/events/", 200, listed({**EVENT, "kind": HOSTILE, "user_agent": HOSTILE, "network": HOSTILE}))
    api.answer("/api/auth/tokens/", 200, [{**TOKEN, "name": HOSTILE, "scopes": [HOSTILE], "hint": HOSTILE}])


def answer_with_ordinary_values(api):
    """Return rows of the lengths that people see, up to the largest amount that a service stores."""
    rows = [
        ("Team plan, 12 members, November", "completed", "-1249.00"),
        ("Additional storage (500 GB)", "pending", "-49.00"),
        ("Refund for invoice 2026-10-0042", "refunded", "9999999999.99"),
        ("Support", "failed", "-9999999999.99"),
    ]
    transactions = [
        {**TRANSACTION, "id": number, "description": description, "status": status, "amount": amount}
        for number, (description, status, amount) in enumerate(rows)
    ]
    api.answer("/api/billing/transactions/", 200, listed(*transactions, count=25))
    stock = [
        ("Patch cable, two metres, blue", "cables", "4.50", 3),
        ("Uninterruptible power supply", "power equipment", "12999.00", 0),
        ("Rack", "furniture", "99999999.99", 123456),
    ]
    items = [
        {
            **ITEM,
            "id": number,
            "sku": f"SKU-{number}-2026-LONG",
            "name": name,
            "category": category,
            "price": price,
            "quantity": quantity,
        }
        for number, (name, category, price, quantity) in enumerate(stock)
    ]
    api.answer("/api/inventory/items/", 200, listed(*items, count=25))


def test_the_profile_is_shown(alice):
    alice.goto("/accounts/profile/")
    expect(alice.locator("#profile-username")).to_have_text("alice")
    expect(alice.locator("#profile-email")).to_have_text("alice@example.test")
    expect(alice.locator("#profile-roles li")).to_have_text(["customer"])
    expect(alice.locator("#profile-loading")).to_be_hidden()
    expect(alice.locator("#profile-error")).to_be_hidden()
    expect(alice.locator("#profile")).to_have_attribute("aria-busy", "false")


def test_while_it_loads_a_panel_is_busy_and_says_so(alice, context):
    context.route("**/api/profile/", lambda route: None)
    alice.goto("/accounts/profile/", wait_until="domcontentloaded")
    expect(alice.locator("#profile-loading")).to_be_visible()
    expect(alice.locator("#profile-loading")).to_contain_text("Loading your profile…")
    expect(alice.locator("#profile")).to_have_attribute("aria-busy", "true")
    expect(alice.locator("#profile-content")).to_be_hidden()


def test_an_error_shows_its_reason_and_reference_and_can_be_tried_again(alice, api):
    api.answer("/api/profile/", 503, code="unavailable", detail="Back in a minute.", request_id="r-77")
    alice.goto("/accounts/profile/")
    error = alice.locator("#profile-error")
    expect(error).to_contain_text("Back in a minute.")
    expect(error).to_contain_text("Request ID: r-77")
    api.answer("/api/profile/", 200, PROFILE)
    error.get_by_role("button", name="Try again").click()
    expect(alice.locator("#profile-username")).to_have_text("alice")
    expect(error).to_be_hidden()


def test_one_failing_service_leaves_the_rest_of_the_dashboard(alice, api):
    api.answer("/api/billing/summary/", 502, "Bad Gateway")
    alice.goto("/dashboard/")
    expect(alice.locator("#summary-error")).to_contain_text("The service is unreachable.")
    expect(alice.locator("#profile-content")).to_contain_text("alice@example.test")
    expect(alice.locator("#transactions-rows tr")).to_have_count(1)
    expect(alice.locator("#low-stock-rows li")).to_have_count(1)


def test_the_dashboard_asks_all_services_at_once(alice, context, api):
    waiting = []
    context.route("**/api/**", lambda route: waiting.append(route.request.url))
    alice.goto("/dashboard/", wait_until="domcontentloaded")
    alice.wait_for_timeout(300)
    paths = {re.sub(r".*(/api/.*/)(\?.*)?$", r"\1", url) for url in waiting}
    assert paths == {
        "/api/profile/",
        "/api/billing/summary/",
        "/api/billing/transactions/",
        "/api/inventory/items/",
    }


@pytest.mark.parametrize(
    ("path", "api_path", "panel"),
    [
        ("/dashboard/", "/api/billing/transactions/", "transactions"),
        ("/dashboard/", "/api/inventory/items/", "low-stock"),
        ("/billing/", "/api/billing/transactions/", "transactions"),
        ("/inventory/", "/api/inventory/items/", "items"),
    ],
)
def test_an_empty_list_says_that_it_is_empty(alice, api, path, api_path, panel):
    api.answer(api_path, 200, listed())
    alice.goto(path)
    expect(alice.locator(f"#{panel}-empty")).to_be_visible()
    expect(alice.locator(f"#{panel}-content")).to_be_hidden()


def test_items_that_match_no_filter_offer_to_clear_the_filters(alice, api):
    api.answer("/api/inventory/items/", 200, listed())
    alice.goto("/inventory/?search=tripod&in_stock=true")
    empty = alice.locator("#items-empty")
    expect(empty).to_contain_text("No items match your search.")
    api.answer("/api/inventory/items/", 200, listed(ITEM))
    empty.get_by_role("button", name="Clear filters").click()
    expect(alice.locator("#items-rows tr")).to_have_count(1)
    assert alice.url.endswith("/inventory/")
    assert alice.locator("#items-search").input_value() == ""


def test_an_inventory_without_items_has_no_filters_to_clear(alice, api):
    api.answer("/api/inventory/items/", 200, listed())
    alice.goto("/inventory/")
    expect(alice.locator("#items-empty")).to_contain_text("No items yet.")
    expect(alice.locator("#items-clear")).to_be_hidden()


def test_a_missing_value_is_described_in_words(alice, api):
    api.answer("/api/billing/summary/", 200, {**SUMMARY, "next_billing_date": None})
    api.answer("/api/profile/", 200, {**PROFILE, "email": ""})
    alice.goto("/dashboard/")
    expect(alice.locator("#summary-content")).to_contain_text("Next bill: Not scheduled")
    expect(alice.locator("#profile-content")).to_contain_text("No email address")


def test_the_time_of_the_response_does_not_pass_for_a_change_of_the_account(alice):
    alice.goto("/accounts/profile/")
    expect(alice.locator("#profile-username")).to_have_text("alice")
    expect(alice.locator("#profile dt")).to_have_text(["Username", "Name", "Email", "Roles", "User ID"])
    expect(alice.locator("#profile time")).to_have_count(0)


@pytest.mark.parametrize("path", PAGES)
def test_values_that_look_like_markup_are_shown_as_text(alice, api, path):
    answer_with_hostile_values(api)
    alice.goto(path)
    expect(alice.get_by_text("<script>document.title='gone'</script>").first).to_be_visible()
    assert alice.locator("main img, dialog img, main script").count() == 0
    assert "gone" not in alice.title()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize("path", [*PAGES, *SIGN_IN, *ACCOUNT])
def test_very_long_words_do_not_push_a_page_wider_than_its_window(alice, api, sign_in, path, width):
    answer_with_hostile_values(api)
    sign_in(LONG[:150])
    alice.set_viewport_size({"width": width, "height": 800})
    alice.goto(path)
    expect(alice.locator('[aria-busy="true"]')).to_have_count(0)
    assert alice.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/dashboard/", "/billing/", "/inventory/"])
def test_lists_are_readable_in_every_window(alice, api, path):
    answer_with_ordinary_values(api)
    alice.goto(path)
    expect(alice.locator('[aria-busy="true"]')).to_have_count(0)
    faults = {}
    for width in sorted({*WIDTHS, *ZOOMED}):
        alice.set_viewport_size({"width": width, "height": 800})
        if found := alice.evaluate(LAYOUT_FAULTS):
            faults[width] = found
    assert faults == {}


@pytest.mark.parametrize("path", ["/", *SIGN_IN, *PAGES, *ACCOUNT])
def test_a_page_breaks_none_of_its_own_security_rules(alice, path):
    messages = []
    alice.on("console", lambda message: messages.append(message.text))
    alice.on("pageerror", lambda error: messages.append(str(error)))
    alice.goto(path)
    expect(alice.locator('[aria-busy="true"]')).to_have_count(0)
    assert messages == []


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("1234567.5", "$1,234,567.50"),
        ("-49.00", "−$49.00"),
        ("0", "$0.00"),
        ("0.10", "$0.10"),
        ("90071992547409930.07", "$90,071,992,547,409,930.07"),
        ("0.1234", "$0.1234"),
        ("1e3", "1e3"),
        ("n/a", "n/a"),
    ],
)
def test_an_amount_keeps_every_digit(page, amount, shown):
    page.goto("/")
    formatted = page.evaluate("async (x) => (await import('/static/js/ui/format.js')).money(x)", amount)
    assert formatted == shown


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_a_day_is_the_same_day_in_every_time_zone(browser, website, zone):
    context = browser.new_context(timezone_id=zone)
    page = context.new_page()
    page.goto(website)
    shown = page.evaluate("async () => (await import('/static/js/ui/format.js')).day('2026-12-01')")
    context.close()
    assert shown == "Dec 1, 2026"


def test_transactions_are_filtered_by_status_and_turned_by_page(alice, api):
    asked = []

    def transactions(request):
        asked.append(query_of(request))
        return 200, listed(TRANSACTION, count=25)

    api.decide("/api/billing/transactions/", transactions)
    alice.goto("/billing/")
    expect(alice.locator("#transactions-pages")).to_contain_text("1–10 of 25")
    alice.get_by_role("button", name="Next").click()
    expect(alice.locator("#transactions-pages")).to_contain_text("11–20 of 25")
    alice.get_by_label("Status").select_option("pending")
    expect(alice).to_have_url("/billing/?status=pending")
    expect(alice.locator("#transactions-pages")).to_contain_text("1–10 of 25")
    assert asked == [
        {"page": "1", "page_size": "10"},
        {"page": "2", "page_size": "10"},
        {"page": "1", "page_size": "10", "status": "pending"},
    ]


def test_a_page_past_the_end_becomes_the_first(alice, api):
    def transactions(request):
        if query_of(request)["page"] != "1":
            return 404, {"code": "not_found", "detail": "Invalid page."}
        return 200, listed(TRANSACTION)

    api.decide("/api/billing/transactions/", transactions)
    alice.goto("/billing/?page=99")
    expect(alice.locator("#transactions-rows tr")).to_have_count(1)
    expect(alice).to_have_url("/billing/")


def test_typing_searches_once_it_pauses(alice, api):
    searched = []

    def items(request):
        searched.append(query_of(request).get("search"))
        return 200, listed(ITEM)

    api.decide("/api/inventory/items/", items)
    alice.goto("/inventory/")
    expect(alice.locator("#items-rows tr")).to_have_count(1)
    alice.get_by_label("Search items").press_sequentially("cable", delay=20)
    expect(alice).to_have_url("/inventory/?search=cable")
    expect(alice.locator('[aria-busy="true"]')).to_have_count(0)
    assert searched == [None, "cable"]


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(alice, context, api):
    held = []

    def items(route):
        search = query_of(route.request).get("search")
        if search == "slow":
            held.append(route)
        else:
            route.fulfill(json=listed({**ITEM, "name": f"Result for {search}"}))

    context.route("**/api/inventory/items/?*", items)
    alice.goto("/inventory/?search=slow", wait_until="domcontentloaded")
    expect(alice.locator("#items-loading")).to_be_visible()
    alice.get_by_label("Search items").fill("fast")
    expect(alice.locator("#items-rows")).to_contain_text("Result for fast")
    held[0].fulfill(json=listed({**ITEM, "name": "Result for slow"}))
    alice.wait_for_timeout(100)
    expect(alice.locator("#items-rows")).to_contain_text("Result for fast")


def test_an_item_opens_in_a_dialog_and_gives_the_focus_back(alice):
    alice.goto("/inventory/")
    alice.get_by_role("button", name="Patch cable").click()
    dialog = alice.get_by_role("dialog", name="Patch cable")
    expect(dialog).to_contain_text("Two metres.")
    expect(alice).to_have_url("/inventory/?item=3")
    alice.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(alice.get_by_role("button", name="Patch cable")).to_be_focused()
    expect(alice).to_have_url("/inventory/")


def test_the_first_tab_stop_skips_to_the_content(alice):
    alice.goto("/dashboard/")
    alice.keyboard.press("Tab")
    expect(alice.get_by_role("link", name="Skip to content")).to_be_focused()
    alice.keyboard.press("Enter")
    expect(alice.locator("main")).to_be_focused()


def test_a_script_that_does_not_arrive_is_told_instead_of_loading_for_ever(alice, context):
    context.route("**/js/clients/session.js", lambda route: route.abort())
    alice.goto("/accounts/profile/")
    expect(alice.get_by_role("alert").filter(has_text="Part of this page failed to load.")).to_be_visible()
