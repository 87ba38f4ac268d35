"""The account portal in Chromium, through the whole platform: sign-up, reset, codes, sessions, tokens, closing."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from runner import Platform
from tests.browser.outbox import Outbox
from tests.edge_client import EdgeClient

NewClient = Callable[..., EdgeClient]


@dataclass
class Person:
    """A user of one test, who has signed up in the browser."""

    page: Page
    platform: Platform
    name: str
    email: str
    password: str

    @property
    def outbox(self) -> Outbox:
        """Return the user's emails from now on."""
        return Outbox(self.platform, self.email)

    def open(self, path: str) -> Page:
        """Open a page and wait until its panels have loaded."""
        self.page.goto(self.platform.url(path))
        expect(self.page.locator('[aria-busy="true"]')).to_have_count(0)
        return self.page

    def sign_in(self, page: Page | None = None) -> None:
        """Fill in the sign-in page, and wait until the browser leaves it."""
        page = page or self.page
        self.fill_in(page)
        page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def fill_in(self, page: Page) -> None:
        """Send name and password."""
        page.goto(self.platform.url("/accounts/login/"))
        page.fill("#login-email", self.name)
        page.fill("#login-password", self.password)
        page.click('button[type="submit"]')


def sign_up(page: Page, site: Platform) -> Person:
    """Create an account on the page for it, with the code from the email."""
    name = f"person-{secrets.token_hex(4)}"
    person = Person(page, site, name, f"{name}@example.test", secrets.token_urlsafe(12))
    outbox = person.outbox
    page.goto(site.url("/accounts/login/?next=/accounts/profile/"))
    page.get_by_role("link", name="Create an account").click()
    page.fill("#register-username", person.name)
    page.fill("#register-email", person.email)
    page.fill("#register-password", person.password)
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#verify-code")).to_be_focused()
    page.fill("#verify-code", "AAAA-AAAA")
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#verify-code-problem")).to_have_text("Incorrect code.")
    expect(page.locator("#verify-code")).to_be_focused()
    expect(page.locator("#verify-code")).to_have_attribute("aria-invalid", "true")
    page.fill("#verify-code", outbox.code())
    page.get_by_role("button", name="Verify").click()
    page.wait_for_url(site.url("/accounts/profile/"))
    expect(page.locator("#profile-username")).to_have_text(person.name)
    return person


@pytest.fixture
def person(page: Page, platform: Platform) -> Person:
    """Return a user who has just signed up."""
    return sign_up(page, platform)


def test_a_person_signs_up_in_both_layouts(page: Page, site: Platform, problems: list[str]) -> None:
    sign_up(page, site)
    assert not [problem for problem in problems if "400" not in problem and "401" not in problem]


def test_someone_who_never_entered_the_code_is_asked_for_it_at_the_next_sign_in(page: Page, platform: Platform) -> None:
    name = f"late-{secrets.token_hex(4)}"
    person = Person(page, platform, name, f"{name}@example.test", secrets.token_urlsafe(12))
    page.goto(platform.url("/accounts/register/"))
    page.fill("#register-username", person.name)
    page.fill("#register-email", person.email)
    page.fill("#register-password", person.password)
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#verify-code")).to_be_visible()
    person.fill_in(page)
    expect(page.locator("#verify-code")).to_be_visible()
    outbox = person.outbox
    page.get_by_role("button", name="Send another code").click()
    expect(page.locator("#verify-sent")).to_contain_text("Another code is on its way")
    page.fill("#verify-code", outbox.code())
    page.get_by_role("button", name="Verify").click()
    page.wait_for_url(platform.url("/dashboard/"))


def test_problems_of_a_new_account_appear_at_its_fields(page: Page, platform: Platform) -> None:
    page.goto(platform.url("/accounts/register/"))
    page.fill("#register-username", "alice")
    page.fill("#register-email", "someone-new@example.test")
    page.fill("#register-password", secrets.token_urlsafe(12))
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#register-username-problem")).to_be_visible()
    expect(page.locator("#register-username")).to_be_focused()
    assert "register-username-problem" in str(page.locator("#register-username").get_attribute("aria-describedby"))


def test_a_forgotten_password_is_replaced_with_a_code(person: Person, browser: Browser) -> None:
    page = browser.new_page()
    outbox = person.outbox
    page.goto(person.platform.url("/accounts/login/"))
    page.get_by_role("link", name="Forgot your password?").click()
    page.fill("#forgot-email", person.email)
    page.get_by_role("button", name="Send code").click()
    page.fill("#reset-code", outbox.code())
    page.fill("#reset-password", "12345678")
    page.get_by_role("button", name="Set password").click()
    expect(page.locator("#reset-password-problem")).to_be_visible()
    person.password = secrets.token_urlsafe(12)
    page.fill("#reset-password", person.password)
    page.get_by_role("button", name="Set password").click()
    expect(page.locator("#reset-done")).to_be_focused()
    page.get_by_role("link", name="Sign in", exact=True).last.click()
    person.sign_in(page)
    page.close()


def test_a_code_signs_in_without_a_password(person: Person, browser: Browser) -> None:
    page = browser.new_page()
    outbox = person.outbox
    page.goto(person.platform.url("/accounts/login/?next=/billing/"))
    page.get_by_role("link", name="Sign in with a code").click()
    page.fill("#code-email", person.email)
    page.get_by_role("button", name="Send code").click()
    page.fill("#confirm-code", outbox.code())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(person.platform.url("/billing/"))
    page.close()


def test_the_change_of_a_password_keeps_this_session_and_ends_others(person: Person, new_client: NewClient) -> None:
    other = new_client()
    credentials = {"username": person.name, "password": person.password}
    assert other.post("/api/auth/login/", json=credentials).status_code == 200
    page = person.open("/.well-known/change-password")
    expect(page).to_have_url(person.platform.url("/accounts/security/"))
    page.fill("#password-current", "not the password")
    page.fill("#password-new", new := secrets.token_urlsafe(12))
    page.get_by_role("button", name="Change password").click()
    expect(page.locator("#password-current-problem")).to_be_visible()
    page.fill("#password-current", person.password)
    page.get_by_role("button", name="Change password").click()
    expect(page.locator("#password-form [data-form-done]")).to_contain_text("Your password has been changed")
    person.password = new
    person.open("/accounts/profile/")
    assert other.get("/api/profile/").status_code == 401


def test_details_are_kept(person: Person) -> None:
    page = person.open("/accounts/details/")
    page.fill("#details-name", "Petra Example")
    page.select_option("#details-locale", "de")
    page.select_option("#details-zone", "Europe/Berlin")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#details-form [data-form-done]")).to_have_text("Saved.")
    page = person.open("/accounts/details/")
    expect(page.locator("#details-name")).to_have_value("Petra Example")
    expect(page.locator("#details-locale")).to_have_value("de")
    expect(page.locator("#details-zone")).to_have_value("Europe/Berlin")


def test_an_email_address_is_changed_with_a_code_from_the_new_one(person: Person) -> None:
    page = person.open("/accounts/details/")
    before, person.email = person.outbox, f"new-{person.email}"
    outbox = person.outbox
    page.fill("#email-new", person.email)
    page.get_by_role("button", name="Send code").click()
    code = outbox.code()
    page = person.open("/accounts/details/")  # the change waits for the code
    expect(page.locator("#email-pending")).to_contain_text(person.email)
    page.fill("#email-code", code)
    page.get_by_role("button", name="Change email address").click()
    expect(page.locator("#email-form [data-form-done]")).to_have_text("Your email address has been changed.")
    person.open("/accounts/profile/")
    expect(page.locator("#profile-email")).to_have_text(person.email)
    assert "email_changed" in before.kinds()


def test_sessions_end_one_by_one_all_others_and_everywhere(person: Person, new_client: NewClient) -> None:
    clients = [new_client() for _ in range(3)]
    for client in clients:
        assert client.post("/api/auth/login/", json={"username": person.name, "password": person.password}).is_success
    page = person.open("/accounts/sessions/")
    rows = page.locator("#sessions-rows li")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("This one")
    expect(rows.first.get_by_role("button")).to_have_count(0)
    rows.last.get_by_role("button").click()
    expect(rows).to_have_count(3)
    expect(page.locator("#sessions-done")).to_be_focused()
    assert [client.get("/api/profile/").status_code for client in clients].count(401) == 1
    page.get_by_role("button", name="Sign out all others").click()
    page.locator("#confirm-yes").click()
    expect(rows).to_have_count(1)
    assert {client.get("/api/profile/").status_code for client in clients} == {401}
    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Sign out everywhere").click()
    page.locator("#confirm-yes").click()
    expect(page).to_have_url(person.platform.url("/accounts/login/?signed_out=1"))


def test_activity_names_what_happened_and_what_failed(person: Person, new_client: NewClient) -> None:
    credentials = {"username": person.name, "password": "not the password"}
    assert new_client().post("/api/auth/login/", json=credentials).status_code == 401
    page = person.open("/accounts/activity/")
    first = page.locator("#events-rows li").first
    expect(first).to_contain_text("Sign-in")
    expect(first).to_contain_text("Failed")
    expect(page.locator("#events-rows")).to_contain_text("Account created")


def test_a_token_is_shown_once_works_and_is_revoked(platform: Platform, page: Page, new_client: NewClient) -> None:
    page.goto(platform.url("/accounts/login/?next=/accounts/tokens/"))
    page.fill("#login-email", "bob")
    page.fill("#login-password", "bob123")
    page.click('button[type="submit"]')
    expect(page.locator("#tokens-empty")).to_be_visible()
    page.fill("#token-name", "Laptop")
    page.get_by_role("checkbox", name="customer").check()
    page.get_by_role("button", name="Create token").click()
    expect(page.locator("#token-secret")).to_be_focused()
    secret = page.locator("#token-secret").inner_text()
    page.get_by_role("button", name="I’ve saved the token").click()
    expect(page.locator("#token-secret")).to_be_empty()
    exchange = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "subject_token": secret,
    }

    def exchanged() -> httpx.Response:
        return new_client().post("/api/auth/token/", data=exchange)

    assert exchanged().json()["scope"] == "customer"
    row = page.locator("#tokens-rows li")
    expect(row).to_contain_text("Laptop")
    row.get_by_role("button", name="Revoke Laptop").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#tokens-empty")).to_be_visible()
    assert exchanged().status_code == 400


def test_what_is_stored_is_a_download_and_the_account_is_closed(person: Person) -> None:
    page = person.open("/accounts/data/")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export your data").click()
    document = json.loads(waiting.value.path().read_text())
    assert document["user"]["username"] == person.name
    page.get_by_role("button", name="Close your account").click()
    page.locator("#confirm-yes").click()
    page.wait_for_url(re.compile(re.escape(person.platform.url("/")) + "$"))
    person.fill_in(page)
    expect(page.locator("#login-error")).to_have_text("Incorrect username or password.")
