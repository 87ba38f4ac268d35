"""What a real browser makes of it: where a hostile `next` really leads, and markup in values."""

from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from attack import forge
from attack.situation import Situation
from attack.tables.redirects import TARGETS
from runner import Platform

WORD = "w" * 300
MARKUP = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\"'&"


def stay_home(context: BrowserContext, base_domain: str) -> list[str]:
    """Whoever leaves the platform gets an empty page; the hosts that were asked for."""
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
"""A page load each; all of them are asked for without a browser in the shared table."""


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
