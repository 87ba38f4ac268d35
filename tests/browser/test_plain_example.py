"""The example page without a framework, with the npm package's source, against the real APIs."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from runner import Platform
from tests.browser.login_page import fill_in

WEBSITE = Path(__file__).resolve().parents[2] / "website"
PAGE = "/my-page/"


@pytest.fixture
def my_page(platform: Platform, page: Page) -> Page:
    """Return a tab in which the platform's origin also has the example page. All other requests reach the gateway."""

    def serve(route: Route) -> None:
        name = urlsplit(route.request.url).path.removeprefix(PAGE)
        module = name.removeprefix("clients/")
        folder = WEBSITE / ("examples/plain" if module == name else "clients/src")
        route.fulfill(path=folder / (module or "index.html"))

    page.route(f"**{PAGE}**", serve)
    page.goto(platform.url("/accounts/login/"))
    fill_in(page, "alice")
    return page


def test_it_has_20_lines() -> None:
    assert len((WEBSITE / "examples/plain/index.html").read_text().splitlines()) <= 20


def test_it_shows_the_users_account_and_every_page_of_a_list(
    my_page: Page, platform: Platform, problems: list[str]
) -> None:
    asked: list[str] = []
    my_page.on("request", lambda request: asked.append(request.url))
    my_page.goto(platform.url(PAGE))
    expect(my_page.locator("#name")).to_have_text("alice")
    expect(my_page.locator("#balance")).to_contain_text("Balance: ")
    my_page.wait_for_load_state("networkidle")
    entries = my_page.locator("#items li").count()
    answer = my_page.evaluate("fetch('/api/inventory/items/?in_stock=true').then((response) => response.json())")
    assert entries == answer["count"] > len(answer["results"])
    assert any("/api/inventory/items/" in url and "page=2" in url for url in asked)
    assert problems == []


def test_an_expired_token_is_renewed_once_without_a_word(my_page: Page, platform: Platform) -> None:
    for name in ("jwt", "jwt_token"):
        my_page.context.clear_cookies(name=name)
    renewals: list[str] = []
    my_page.on("request", lambda request: renewals.append(request.url) if "/refresh/" in request.url else None)
    my_page.goto(platform.url(PAGE))
    expect(my_page.locator("#name")).to_have_text("alice")
    expect(my_page.locator("#items li").first).to_be_visible()
    assert len(renewals) == 1


def test_an_anonymous_user_goes_to_the_sign_in_page_and_the_way_back_is_named(
    my_page: Page, platform: Platform
) -> None:
    my_page.context.clear_cookies()
    my_page.goto(platform.url(f"{PAGE}?tab=1"))
    my_page.wait_for_url(lambda url: "/accounts/login/" in url)
    expect(my_page.locator("#login-form")).to_have_attribute("data-next", f"{PAGE}?tab=1")


def test_a_dead_network_is_explained(my_page: Page, platform: Platform) -> None:
    my_page.route("**/api/**", lambda route: route.abort())
    my_page.goto(platform.url(PAGE))
    expect(my_page.locator("#balance")).to_contain_text("Can't reach the server.")


IN_A_WORKER = """(key) => new Promise((resolve) => {
    const { origin } = location;
    const code = `
        import { createClient } from "${origin}/static/clients/src/index.js";
        const items = new Map([["vf-client-key", "${key}"]]);
        const getItem = (name) => items.get(name) ?? null;
        const storage = { getItem, setItem: (name, value) => items.set(name, value) };
        createClient({ baseUrls: "${origin}", storage }).getProfile().then(
            (profile) => postMessage(profile.username),
            (problem) => postMessage(problem.code),
        );
    `;
    const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    new Worker(url, { type: 'module' }).addEventListener('message', ({ data }) => resolve(data));
})"""


def test_a_worker_renews_an_expired_token_with_the_pages_client_key(my_page: Page, platform: Platform) -> None:
    my_page.goto(platform.url(PAGE))
    expect(my_page.locator("#name")).to_have_text("alice")
    for name in ("jwt", "jwt_token"):
        my_page.context.clear_cookies(name=name)
    key = my_page.evaluate("localStorage.getItem('vf-client-key')")
    assert my_page.evaluate(IN_A_WORKER, key) == "alice"
