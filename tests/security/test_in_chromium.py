"""A real browser's behavior: the target of a hostile `next`, and markup in values."""

from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from runner import Platform
from tests.edge_client import DEMO_PASSWORDS, EdgeClient
from tests.security import rows
from tests.security.attack import forge
from tests.security.attack.situation import Situation
from tests.security.attack.tables.redirects import TARGETS

WORD = "w" * 300
MARKUP = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\"'&"


def stay_home(context: BrowserContext, base_domain: str) -> list[str]:
    """Answer requests outside the platform with an empty page; return the requested hosts."""
    left: list[str] = []

    def serve(route: Route) -> None:
        host = urlsplit(route.request.url).hostname or ""
        if host == base_domain or host.endswith("." + base_domain):
            route.continue_()
        else:
            left.append(route.request.url)
            route.fulfill(body="gone")

    context.route("**/*", serve)
    return left


CHOSEN = [target for target in TARGETS if len(target) < 100][::4]
"""Page loads in a browser; the shared table requests all of them without one."""


@pytest.mark.row(33)
def test_signing_in_never_leads_out(context: BrowserContext, platform: Platform, situation: Situation) -> None:
    base = platform.settings.base_domain
    left = stay_home(context, base)
    page = context.new_page()
    for target in CHOSEN:
        page.goto(platform.url(f"/accounts/login/?next={quote(target.format(base=base), safe='%')}"))
        action = page.locator("#login-form").get_attribute("data-next")
        went = page.evaluate("next => new URL(next, location.href).hostname", action)
        assert went == base or went.endswith("." + base), target
    assert left == []


@pytest.mark.row(33)
@pytest.mark.parametrize(
    "target", ["//evil.test", "/\\evil.test", "https://{base}@evil.test", "javascript:alert(1)", "/%09/evil.test"]
)
def test_after_signing_in_the_browser_is_still_here(target: str, context: BrowserContext, platform: Platform) -> None:
    base = platform.settings.base_domain
    left = stay_home(context, base)
    page = context.new_page()
    page.goto(platform.url(f"/accounts/login/?next={quote(target.format(base=base), safe='%')}"))
    page.fill('input[name="email"]', "alice")
    page.fill('input[name="password"]', "alice123")
    page.click('button[type="submit"]')
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    page.goto(platform.url(f"/api/auth/continue/?next={quote(target.format(base=base), safe='%')}"))
    assert urlsplit(page.url).hostname == base
    assert left == []


@pytest.mark.row(34)
@pytest.mark.parametrize("path", ["/accounts/profile/", "/dashboard/", "/billing/"])
def test_markup_in_a_name_is_shown_as_text_and_the_layout_holds(
    path: str, context: BrowserContext, platform: Platform, nobody: Situation
) -> None:
    for name in (MARKUP, WORD, "\u202e\u2066right to left"):
        token = forge.signed(
            nobody, None, sub="usr_demo_alice", username=name, email="a@example.test", roles=["customer"]
        )
        context.add_cookies([{"name": "jwt", "value": token, "url": platform.url("/")}])
        page = context.new_page()
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(platform.url(path), wait_until="networkidle")
        assert page.title() != "owned"
        assert page.locator("img[src=x]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 361, (path, name[:20])
        if path == "/accounts/profile/":
            _assert_shown(page, name)
        page.close()


def _assert_shown(page: Page, name: str) -> None:
    page.wait_for_selector("#profile-content:not([hidden])")
    assert page.locator("#profile-username").text_content().strip() == name


VALUES = (
    "<script>alert(1)</script><style>body{display:none}</style>",
    "\"><img src=x onerror=alert(1)><svg onload=alert(1)>'",
    "\"quoted\" 'twice' `${alert(1)}` {{ 7*7 }} {% now %} &lt;b&gt; &amp;amp; \\u003cb\\u003e",
    "w" * 200,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \u202e\u200frtl \u05e9\u05dc\u05d5\u05dd",
)
"""As many as the dashboard shows in each list."""

WINDOWS = ({"width": 390, "height": 844}, {"width": 1280, "height": 800})
BOXES = "main, .panel, dialog[open], td, dd, li, p"
TOO_WIDE = """boxes => [document.scrollingElement, ...document.querySelectorAll(boxes)]
    .filter(element => element.scrollWidth > Math.max(element.clientWidth, 1))
    .map(element => element.outerHTML.slice(0, 200))"""
"""Returns elements that their content exceeds; inline elements have no width."""

LINES = """elements => elements.map(element => {
    const text = document.createRange()
    text.selectNodeContents(element)
    return new Set(Array.from(text.getClientRects(), line => line.top)).size
})"""
"""Returns the number of text lines of each element."""

TURNED_ROUND = """links => links.filter(({children: [name, sku]}) => {
    const place = sku.getBoundingClientRect()
    return Array.from(name.getClientRects()).some(part => part.right > place.left + 1 && part.bottom > place.top + 8)
}).map(link => link.textContent)"""
"""Returns names displayed after their SKU: direction marks must only affect their own value."""


@pytest.fixture
def shown(context: BrowserContext, platform: Platform, nobody: Situation) -> Iterator[Page]:
    """Return a tab of the customer with the hostile rows, where nothing may be run, loaded or requested."""
    token = forge.signed(
        nobody, None, sub=rows.CUSTOMER, username="mallory", email="m@example.test", roles=["customer"]
    )
    context.add_cookies([{"name": "jwt", "value": token, "url": platform.url("/")}])
    page, complaints = context.new_page(), []
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    assert complaints == []


def texts(page: Page, selector: str) -> list[str]:
    return sorted(page.locator(selector).all_text_contents())


def assert_only_text(page: Page) -> None:
    """Check at each width that no value became an element, and that nothing exceeds its box."""
    assert page.locator(":is(main, dialog) :is(script, style, img, svg, b)").count() == 0
    for window in WINDOWS:
        page.set_viewport_size(window)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), window
        assert page.evaluate(TOO_WIDE, BOXES) == [], window


@pytest.mark.row(34)
def test_markup_in_a_transaction_is_shown_as_text_and_the_layout_holds(shown: Page, platform: Platform) -> None:
    with rows.present(platform, "billing", "ledger_transaction", rows.transactions(VALUES)):
        for path in ("/billing/", "/dashboard/"):
            shown.goto(platform.url(path))
            expect(shown.locator("#transactions-rows tr")).to_have_count(len(VALUES))
            expect(shown.locator('[aria-busy="true"]')).to_have_count(0)
            assert texts(shown, "#transactions-rows [data-field=description]") == sorted(VALUES)
            assert_only_text(shown)
            for window in WINDOWS:
                shown.set_viewport_size(window)
                amounts = shown.locator(".amount[data-field], [data-field=balance]")
                assert set(amounts.evaluate_all(LINES)) == {1}, (path, window)


@pytest.mark.row(34)
def test_markup_in_an_item_is_shown_as_text_and_the_layout_holds(shown: Page, platform: Platform) -> None:
    items = rows.items(VALUES)
    with rows.present(platform, "inventory", "catalogue_item", items):
        shown.goto(platform.url(f"/inventory/?search={rows.SKU_PREFIX}"))
        expect(shown.locator("#items-rows tr")).to_have_count(len(VALUES))
        for column in ("name", "sku"):
            assert texts(shown, f"#items-rows [data-field={column}]") == sorted(item[column] for item in items)
        assert_only_text(shown)
        for item in items:
            shown.locator("#items-rows button", has_text=item["name"]).click()
            expect(shown.locator("#item-content")).to_be_visible()
            for place, column in (
                ("#item-title", "name"),
                ("#item-content [data-field=description]", "description"),
                ("#item-content [data-field=sku]", "sku"),
            ):
                assert texts(shown, place) == [item[column]]
            assert_only_text(shown)
            shown.keyboard.press("Escape")


@pytest.mark.row(34)
def test_markup_in_an_item_that_runs_out_is_text_on_the_dashboard_too(shown: Page, platform: Platform) -> None:
    items = [{"id": -number, **item} for number, item in enumerate(rows.items(VALUES, quantity=0), 1)]
    with rows.present(platform, "inventory", "catalogue_item", items):
        shown.goto(platform.url("/dashboard/"))
        expect(shown.locator("#low-stock-rows li")).to_have_count(len(VALUES))
        expect(shown.locator('[aria-busy="true"]')).to_have_count(0)
        for column in ("name", "sku"):
            assert texts(shown, f"#low-stock-rows [data-field={column}]") == sorted(item[column] for item in items)
        assert_only_text(shown)
        for window in WINDOWS:
            shown.set_viewport_size(window)
            assert shown.locator(".stock-link").evaluate_all(TURNED_ROUND) == [], window


WITHOUT_WORD = "BroadcastChannel.prototype.postMessage = () => {}"
"""The first tab gets no message: it slept, or is on another host."""

OWNED = {"alice": "Only for alice", "bob": "Only for bob"}

SCREENS = """(() => {  // every state of the screen, kept over a reload
    const look = () => {
        if (!document.querySelector('.person-name') || !document.body.checkVisibility()) return
        sessionStorage.setItem('screens', (sessionStorage.getItem('screens') ?? '') + document.body.innerText + '\\0')
    }
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true })
})()"""


def _sign_in(page: Page, site: Platform, name: str) -> None:
    page.goto(site.url("/accounts/login/?switch=1&next=/billing/"))
    page.fill('input[name="email"]', name)
    page.fill('input[name="password"]', DEMO_PASSWORDS[name])
    page.click('button[type="submit"]')
    _assert_under_own_name(page, name)


def _assert_under_own_name(page: Page, name: str) -> None:
    expect(page.locator(".person-name")).to_contain_text(name)
    expect(page.locator("#transactions-rows")).to_contain_text(OWNED[name])


def _newest_rows() -> list[rows.Row]:
    made = zip(OWNED, rows.transactions(OWNED.values()), strict=True)
    return [{**row, "user_id": f"usr_demo_{name}", "date": "2099-01-01 12:00:00"} for name, row in made]


@pytest.mark.row(54)
@pytest.mark.parametrize("told", [True, False], ids=["told", "not-told"])
@pytest.mark.parametrize("layout", ["platform", "subdomains"])
def test_a_second_tab_of_another_person_puts_nothing_under_the_first_ones_name(
    layout: str, told: bool, context: BrowserContext, request: pytest.FixtureRequest
) -> None:
    site: Platform = request.getfixturevalue(layout)
    context.add_init_script(SCREENS)
    if not told:
        context.add_init_script(WITHOUT_WORD)
    first, second = context.new_page(), context.new_page()
    with rows.present(site, "billing", "ledger_transaction", _newest_rows()):
        _sign_in(first, site, "alice")
        _sign_in(second, site, "bob")
        if not told:
            first.get_by_label("Status").select_option("completed")
        _assert_under_own_name(first, "bob")
        screens = first.evaluate("sessionStorage.getItem('screens')").split("\0")
    assert any(OWNED["alice"] in screen for screen in screens)
    assert any(OWNED["bob"] in screen for screen in screens)
    for screen in screens:
        shown = {name for name, row in OWNED.items() if row in screen}
        names = {name for name in OWNED if f"Signed in as {name}" in " ".join(screen.split())}
        assert shown <= names, screen
        assert len(names) <= 1


REFRESH = "() => import('/static/js/clients/session.js').then(({ session }) => session.refresh(session.renewals()))"


@pytest.mark.row(35)
def test_a_copy_of_the_browsers_cookies_gets_no_successor(
    context: BrowserContext, platform: Platform, new_client: Callable[[], EdgeClient]
) -> None:
    """On one network, with one user agent and within the grace period, only the browser has the client key."""
    page = context.new_page()
    page.goto(platform.url("/accounts/login/?next=/billing/"))
    page.fill('input[name="email"]', "bob")
    page.fill('input[name="password"]', DEMO_PASSWORDS["bob"])
    page.click('button[type="submit"]')
    page.wait_for_url(platform.url("/billing/"))
    copied = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
    thief = {
        "User-Agent": page.evaluate("navigator.userAgent"),
        "Cookie": f"jwt_refresh={copied['jwt_refresh']}",
    }
    assert page.evaluate(REFRESH) == "renewed"
    stolen = new_client().post("/api/auth/refresh/", headers=thief)
    assert (stolen.status_code, "jwt_refresh" in stolen.cookies) == (401, False)
    assert page.evaluate(REFRESH) == "renewed"
    context.add_cookies([{"name": "jwt_refresh", "value": copied["jwt_refresh"], "url": platform.url("/api/auth/")}])
    page.goto(platform.url("/api/auth/continue/?next=/billing/"))
    expect(page).to_have_url(platform.url("/billing/"))
