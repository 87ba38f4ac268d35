"""The fragment of a URL on the whole platform: every way that includes a sign-in, in both layouts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from runner import Platform
from tests.browser.login_page import fill_in

SignIn = Callable[..., None]
ROUTERS = "/dashboard/#/http/routers"


@pytest.mark.parametrize("path", ["/inventory/#row-3", "/billing/?status=pending#row-3"])
def test_the_login_page_leads_back_to_the_fragment(site: Platform, page: Page, sign_in: SignIn, path: str) -> None:
    page.goto(site.url(path))
    sign_in("alice")
    expect(page).to_have_url(site.url(path))


def test_a_fragment_of_next_is_not_replaced(site: Platform, page: Page, sign_in: SignIn) -> None:
    page.goto(site.url("/accounts/login/?next=/billing/%23own#other"))
    sign_in("alice")
    expect(page).to_have_url(site.url("/billing/#own"))


@pytest.mark.parametrize(
    "fragment",
    ["#//evil.test/", "#@evil.test", "#javascript:document.title='owned'", '#"><img src=x>', "#?next=//evil.test"],
)
def test_a_fragment_leads_nowhere_and_runs_nothing(site: Platform, page: Page, sign_in: SignIn, fragment: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
    page.goto(site.url(f"/accounts/login/?next=/billing/{fragment}"))
    sign_in("alice")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    expect(page.locator("#transactions-rows tr").first).to_be_visible()
    assert page.evaluate("[location.hostname, location.pathname]") == ["vfservices.localhost", "/billing/"]
    assert page.title() != "owned"
    assert page.locator("img[src=x]").count() == 0
    assert not [url for url in asked if "evil" in url]


def test_traefiks_own_dashboard_opens_where_it_was_asked_to(site: Platform, page: Page, sign_in: SignIn) -> None:
    page.goto(site.url(ROUTERS, subdomain="traefik"))
    sign_in("admin")
    expect(page).to_have_url(re.compile("^" + re.escape(site.url(ROUTERS, subdomain="traefik"))))
    expect(page.get_by_text("identity-sign-in").first).to_be_visible()


@pytest.mark.parametrize("subdomain", ["", "traefik"])
def test_a_renewal_on_the_way_keeps_it(site: Platform, page: Page, subdomain: str) -> None:
    path = ROUTERS if subdomain else "/inventory/#row-3"
    page.goto(site.url("/dashboard/", subdomain=subdomain))
    fill_in(page, "admin")
    page.goto("about:blank")
    for name in ("jwt", "jwt_token"):
        page.context.clear_cookies(name=name)
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto(site.url(path, subdomain=subdomain))
    expect(page).to_have_url(re.compile("^" + re.escape(site.url(path, subdomain=subdomain))))
    assert any("/api/auth/continue/" in url for url in seen)
    assert not any("/accounts/login/" in url for url in seen)


def test_a_session_that_ends_in_mid_page_comes_back_to_it(site: Platform, page: Page, sign_in: SignIn) -> None:
    page.goto(site.url("/inventory/#kept-by-the-browser"))
    sign_in("alice")
    expect(page.locator("#items-rows tr").first).to_be_visible()
    page.context.clear_cookies()
    page.get_by_label("Search items").fill("cable")
    page.wait_for_url(lambda url: "/accounts/login/" in url)
    sign_in("alice")
    expect(page).to_have_url(site.url("/inventory/?search=cable#kept-by-the-browser"))
    assert "kept-by-the-browser" not in site.log("traefik")  # no server received it
