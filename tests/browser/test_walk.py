"""A user's walk through the product, as the README describes it, in both layouts."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from runner import Platform
from tests.browser.login_page import fill_in

SignIn = Callable[..., None]


def test_a_person_signs_in_looks_at_everything_and_signs_out(
    site: Platform, page: Page, sign_in: SignIn, problems: list[str]
) -> None:
    page.goto(site.url("/accounts/profile/"))
    page.wait_for_url(lambda url: "/accounts/login/" in url)
    sign_in("admin")

    expect(page).to_have_url(site.url("/accounts/profile/"))
    expect(page.locator("#profile-content")).to_be_visible()
    expect(page.locator("#profile-loading")).to_be_hidden()
    expect(page.locator("#profile-username")).to_have_text("admin")
    expect(page.locator("#profile-email")).to_have_text("admin@example.test")

    page.goto(site.url("/dashboard/"))
    for panel in ("summary", "profile", "low-stock"):
        expect(page.locator(f"#{panel}-content")).to_be_visible()
    page.goto(site.url("/billing/"))
    expect(page.locator("#summary-content")).to_be_visible()
    page.goto(site.url("/inventory/"))
    expect(page.locator("#items-rows tr").first).to_be_visible()
    assert problems == []

    page.get_by_role("button", name="admin").click()
    page.click("#sign-out")
    page.wait_for_url(lambda url: "/accounts/login/" in url)
    page.goto(site.url("/dashboard/"))
    page.wait_for_url(lambda url: "/accounts/login/" in url)


def test_the_operator_opens_traefiks_dashboard_through_the_login_page(
    site: Platform, page: Page, sign_in: SignIn
) -> None:
    dashboard = site.url("/dashboard/", subdomain="traefik")
    page.goto(dashboard)
    page.wait_for_url(lambda url: "/accounts/login/" in url)
    sign_in("admin")
    page.wait_for_url(lambda url: url.startswith(dashboard))
    expect(page.get_by_text("Entrypoints").first).to_be_visible()


def test_a_customer_who_opens_traefiks_dashboard_is_denied(site: Platform, page: Page, sign_in: SignIn) -> None:
    page.goto(site.url("/dashboard/", subdomain="traefik"))
    sign_in("alice")
    expect(page.get_by_text("This page requires the role operator.")).to_be_visible()


def test_a_wrong_password_is_said_on_the_page(site: Platform, page: Page) -> None:
    page.goto(site.url("/accounts/login/"))
    page.fill('input[name="email"]', "alice")
    page.fill('input[name="password"]', "not the password")
    page.click('button[type="submit"]')
    expect(page.locator("#login-error")).to_be_visible()
    # The challenge of the passkeys that the browser suggests begins a flow.
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"vf_flow"}


def test_the_language_and_the_theme_that_a_user_chose_hold_on_the_next_pages(
    site: Platform, page: Page, sign_in: SignIn
) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(site.url("/accounts/login/"))
    page.get_by_role("button", name="Dark", exact=True).click()
    page.get_by_role("button", name="Deutsch", exact=True).click()
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    sign_in("admin")
    for path, heading in (("/billing/", "Abrechnung"), ("/operators/users/", "Benutzer")):
        page.goto(site.url(path))
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="English", exact=True).click()
    expect(page.get_by_role("heading", name="Users", level=1)).to_be_visible()


def test_cookies_belong_to_one_host_or_to_all_below_the_domain(site: Platform, page: Page, sign_in: SignIn) -> None:
    page.goto(site.url("/accounts/login/"))
    sign_in("alice", remember=True)
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(site.url("/api/auth/"))}
    assert {"jwt", "jwt_token", "jwt_refresh"} <= cookies.keys()
    expected = "vfservices.localhost" if site.settings.layout == "one-origin" else ".vfservices.localhost"
    assert {cookies[name]["domain"] for name in ("jwt", "jwt_token", "jwt_refresh")} == {expected}
    assert cookies["jwt"]["httpOnly"]
    assert not cookies["jwt_token"]["httpOnly"]
    assert cookies["jwt_refresh"]["expires"] > 0


def test_an_expired_token_is_renewed_on_the_way_without_a_login_page(
    site: Platform, page: Page, sign_in: SignIn
) -> None:
    page.goto(site.url("/accounts/login/"))
    sign_in("bob")
    for name in ("jwt", "jwt_token"):
        page.context.clear_cookies(name=name)
    page.goto(site.url("/billing/"))
    expect(page).to_have_url(site.url("/billing/"))
    expect(page.locator("#summary-content")).to_be_visible()


def test_signing_in_works_over_https_and_makes_the_cookies_secure(platform: Platform, secure_page: Page) -> None:
    secure_page.goto(platform.url("/billing/", secure=True))
    fill_in(secure_page, "alice")
    expect(secure_page.locator("#summary-content")).to_be_visible()
    cookies = secure_page.context.cookies(platform.url("/api/auth/", secure=True))
    assert {cookie["name"] for cookie in cookies} == {"jwt", "jwt_token", "jwt_refresh", "vf_known"}
    assert all(cookie["secure"] for cookie in cookies)
