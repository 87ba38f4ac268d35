"""A site on a parent domain, or an older installation, has left a cookie with one of the platform's names (row 53)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from runner import Platform
from tests.browser.login_page import fill_in

BASE, PARENT = "staging.vfservices.localhost", "vfservices.localhost"


@pytest.fixture(scope="module")
def platforms(start_platform: Callable[..., Platform]) -> Iterator[Callable[[str], Platform]]:
    """Return platforms one label deeper than usual, so that there is a parent domain, by layout."""
    running: dict[str, Platform] = {}
    with ExitStack() as stack:

        def of(layout: str) -> Platform:
            if layout not in running:
                running[layout] = stack.enter_context(start_platform(BASE_DOMAIN=BASE, VF_LAYOUT=layout))
            return running[layout]

        yield of


def plant(page: Page, name: str, *, domain: str = f".{PARENT}", path: str = "/", **more: object) -> None:
    page.context.add_cookies([{"name": name, "value": "planted", "domain": domain, "path": path, **more}])


def kept(page: Page, name: str) -> set[tuple[str, str]]:
    return {(cookie["domain"], cookie["path"]) for cookie in page.context.cookies() if cookie["name"] == name}


PLANTED = {
    "the access token": ("jwt", {}),
    "the access token, HttpOnly": ("jwt", {"httpOnly": True}),
    "the token for scripts": ("jwt_token", {}),
    "the refresh token": ("jwt_refresh", {}),
    "the refresh token at its own path": ("jwt_refresh", {"path": "/api/auth/"}),
    "the other layout's cookie": ("jwt", {"domain": f".{BASE}"}),
    "a host-only cookie": ("jwt", {"domain": BASE}),
}


@pytest.mark.row(53)
@pytest.mark.parametrize(("name", "form"), PLANTED.values(), ids=PLANTED.keys())
@pytest.mark.parametrize("layout", ["one-origin", "subdomains"])
def test_signing_in_and_out_gets_rid_of(
    name: str, form: dict[str, object], layout: str, platforms: Callable[[str], Platform], page: Page
) -> None:
    site = platforms(layout)
    own = BASE if layout == "one-origin" else f".{BASE}"
    plant(page, name, **form)
    page.goto(site.url("/billing/"))
    fill_in(page, "alice")
    expect(page).to_have_url(site.url("/billing/"))
    expect(page.locator("#summary-content")).to_be_visible()
    assert kept(page, name) == {(own, "/api/auth/" if name == "jwt_refresh" else "/")}

    plant(page, name, **form)  # signed in: the next page load fixes it, without the sign-in page
    page.goto(site.url("/billing/"))
    if form.get("domain") != own and name != "jwt_refresh":
        expect(page).to_have_url(site.url("/billing/"))
        expect(page.locator("#summary-content")).to_be_visible()
        assert len(kept(page, name)) == 1

    plant(page, name, **form)
    page.goto(site.url("/accounts/login/?switch=1"))
    assert page.evaluate("fetch('/api/auth/logout/', {method: 'POST'}).then(answer => answer.status)") == 204
    assert kept(page, name) == set()


@pytest.mark.row(53)
def test_the_operators_page_load_is_not_answered_with_json(platforms: Callable[[str], Platform], page: Page) -> None:
    site = platforms("one-origin")
    page.goto(site.url("/dashboard/", subdomain="traefik"))
    fill_in(page, "admin")
    expect(page.get_by_text("Entrypoints").first).to_be_visible()
    plant(page, "jwt")
    page.goto(site.url("/dashboard/", subdomain="traefik"))
    expect(page.get_by_text("Entrypoints").first).to_be_visible()


@pytest.mark.row(53)
def test_a_cookie_that_cannot_be_deleted_is_explained(platforms: Callable[[str], Platform], page: Page) -> None:
    """The cookie belongs only to the dashboard's host, and the sign-in endpoints have another host."""
    site = platforms("subdomains")
    dashboard = site.url("/dashboard/", subdomain="traefik")
    page.goto(dashboard)
    fill_in(page, "admin")
    expect(page.get_by_text("Entrypoints").first).to_be_visible()
    plant(page, "jwt", domain=f"traefik.{BASE}")
    page.goto(dashboard)
    assert "/accounts/login/" in page.url
    assert "problem=cookies" in page.url
    expect(page.get_by_role("alert").filter(has_text="Another cookie is blocking sign-in")).to_be_visible()


@pytest.mark.row(53)
def test_a_page_s_own_path_is_no_hiding_place(platforms: Callable[[str], Platform], page: Page) -> None:
    site = platforms("one-origin")
    page.goto(site.url("/accounts/login/"))
    fill_in(page, "alice")
    for path in ("/billing", "/billing/"):
        plant(page, "jwt", path=path)
    page.goto(site.url("/billing/"))
    expect(page).to_have_url(site.url("/billing/"))
    expect(page.locator("#summary-content")).to_be_visible()
    assert kept(page, "jwt") == {(BASE, "/")}


@pytest.mark.row(53)
def test_two_platforms_with_prefixes_do_not_touch_each_other(
    start_platform: Callable[..., Platform], page: Page
) -> None:
    with start_platform(BASE_DOMAIN=BASE, VF_COOKIE_PREFIX="stg_") as site:
        plant(page, "jwt")
        plant(page, "jwt_refresh")
        page.goto(site.url("/billing/"))
        fill_in(page, "alice")
        expect(page.locator("#summary-content")).to_be_visible()
        assert kept(page, "stg_jwt") == {(BASE, "/")}
        page.get_by_role("button", name="alice").click()
        page.click("#sign-out")
        page.wait_for_url(lambda url: "/accounts/login/" in url)
        assert kept(page, "stg_jwt") == kept(page, "stg_jwt_refresh") == set()
        assert kept(page, "jwt") == kept(page, "jwt_refresh") == {(f".{PARENT}", "/")}
