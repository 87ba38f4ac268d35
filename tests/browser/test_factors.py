"""Second factors and passkeys in Chromium, with a virtual authenticator, through the whole platform."""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from runner import Platform
from tests.browser.authenticator_app import AuthenticatorApp
from tests.security.accounts import Accounts


@pytest.fixture(scope="module")
def strict_platform(start_platform: Callable[..., Platform]) -> Iterator[Platform]:
    """Return a platform that asks for a proof soon after a sign-in."""
    with start_platform(VF_ACCESS_TOKEN_LIFETIME="3600", VF_REAUTHENTICATION_LASTS="30") as platform:
        yield platform


@pytest.fixture(scope="module")
def accounts(platform: Platform) -> Accounts:
    return Accounts(platform)


class Person:
    """A user of one test."""

    def __init__(self, page: Page, platform: Platform, accounts: Accounts) -> None:
        self.page, self.platform = page, platform
        self.name = accounts.create()
        self.password = accounts.passwords[self.name]

    def fill_in(self, *kept: Any) -> None:
        """Forget all cookies except ``kept``, then send name and password."""
        self.page.context.clear_cookies()
        self.page.context.add_cookies(list(kept))
        self.page.goto(self.platform.url("/accounts/login/?next=/accounts/security/"))
        self.page.fill("#login-email", self.name)
        self.page.fill("#login-password", self.password)
        self.page.click('button[type="submit"]')

    def sign_in(self) -> Page:
        """Open the security page, signed in."""
        self.fill_in()
        return self.at_security()

    def at_security(self) -> Page:
        """Wait for the security page."""
        self.page.wait_for_url(self.platform.url("/accounts/security/"))
        expect(self.page.locator("#factors-content")).to_be_visible()
        return self.page


@pytest.fixture
def person(page: Page, platform: Platform, accounts: Accounts) -> Person:
    return Person(page, platform, accounts)


@pytest.fixture
def authenticator(page: Page, context: BrowserContext) -> CDPSession:
    """Give the tab an authenticator that confirms everything."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def set_up_app(page: Page) -> tuple[AuthenticatorApp, list[str]]:
    """Set up an app. Return it with the recovery codes that the page shows."""
    page.get_by_role("button", name="Set up").click()
    expect(page.locator("#app-code")).to_be_focused()
    expect(page.locator("#app-image")).to_have_attribute("src", re.compile("^data:image/svg"))
    assert page.locator("#app-image").evaluate("image => image.naturalWidth") > 100
    app = AuthenticatorApp(page.locator("#app-secret").inner_text())
    page.fill("#app-code", "000000")
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator("#app-code-problem")).to_be_visible()
    page.fill("#app-code", app.code())
    page.get_by_role("button", name="Turn on").click()
    codes = page.locator("#recovery-codes-list li").all_inner_texts() if saved(page) else []
    page.get_by_role("button", name="I’ve saved the codes").click()
    expect(page.locator("#factors-done")).to_have_text("The authenticator app is turned on.")
    return app, codes


def saved(page: Page) -> bool:
    """Download the codes and compare the file with the page."""
    expect(page.locator("#recovery-codes-list li").first).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    return (
        waiting.value.path().read_text().split("\n")[:-1] == page.locator("#recovery-codes-list li").all_inner_texts()
    )


def test_an_app_is_set_up_asked_for_and_removed(person: Person) -> None:
    page = person.sign_in()
    app, codes = set_up_app(page)
    assert len(codes) == 10
    expect(page.locator("#codes-state")).to_contain_text("10 of them left")
    person.fill_in()
    expect(page.locator("#factor-code")).to_be_focused()
    expect(page.locator("#factor-passkey")).to_be_hidden()
    page.fill("#factor-code", "000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#factor-code-problem")).to_be_visible()
    page.fill("#factor-code", app.code())
    page.get_by_role("button", name="Confirm").click()
    person.at_security()
    person.fill_in()
    page.fill("#factor-code", codes[0])
    page.get_by_role("button", name="Confirm").click()
    person.at_security()
    expect(page.locator("#codes-state")).to_contain_text("9 of them left")
    page.get_by_role("button", name="Remove", exact=True).click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#factors-done")).to_have_text("The authenticator app has been removed.")
    person.sign_in()


def test_a_trusted_browser_is_not_asked_again_until_it_is_forgotten(person: Person) -> None:
    page = person.sign_in()
    app, _ = set_up_app(page)
    person.fill_in()
    page.get_by_label("Don’t ask again in this browser for 30 days").check()
    page.fill("#factor-code", app.code())
    page.get_by_role("button", name="Confirm").click()
    person.at_security()
    trusted = [
        cookie
        for cookie in page.context.cookies(person.platform.url("/api/auth/login/"))
        if cookie["name"] == "vf_trusted"
    ]
    person.fill_in(*trusted)
    person.at_security()
    page.get_by_role("button", name="Forget trusted browsers").click()
    expect(page.locator("#factors-done")).to_have_text("All browsers need your second factor again.")
    person.fill_in(*trusted)
    expect(page.locator("#factor-code")).to_be_visible()


def test_a_passkey_signs_in_alone_and_is_renamed_and_removed(person: Person, authenticator: CDPSession) -> None:
    # The virtual authenticator would choose the browser's suggestion before the test presses the button.
    person.page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false;")
    page = person.sign_in()
    page.fill("#passkey-name", "Laptop")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("button", name="I’ve saved the codes").click()
    row = page.locator("#passkeys-rows li")
    expect(row).to_contain_text("Laptop")
    page.context.clear_cookies()
    page.goto(person.platform.url("/accounts/login/?next=/accounts/security/"))
    page.get_by_role("button", name="Use a passkey").click()
    person.at_security()
    person.fill_in()  # with the password, it is the second factor
    expect(page.locator("#factor-passkey")).to_be_visible()
    page.locator("#factor-passkey").click()
    person.at_security()
    row.get_by_role("button", name="Rename Laptop").click()
    page.fill("#rename-name", "Old laptop")
    page.locator("#rename-form").get_by_role("button", name="Rename").click()
    expect(row).to_contain_text("Old laptop")
    row.get_by_role("button", name="Remove Old laptop").click()
    page.locator("#confirm-yes").click()
    expect(row).to_have_count(0)


def test_a_passkey_that_the_browser_suggests_signs_in_without_the_button(
    person: Person, authenticator: CDPSession
) -> None:
    page = person.sign_in()
    page.fill("#passkey-name", "Laptop")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("button", name="I’ve saved the codes").click()
    page.context.clear_cookies()
    page.goto(person.platform.url("/accounts/login/?next=/accounts/security/"))
    expect(page.locator("#login-email")).to_have_attribute("autocomplete", "username webauthn")
    person.at_security()  # the virtual authenticator chooses the suggestion


def test_a_canceled_passkey_leaves_the_form_usable(person: Person, authenticator: CDPSession) -> None:
    page = person.sign_in()
    page.evaluate("""() => {
        navigator.credentials.create = async () => { throw new DOMException("no", "NotAllowedError"); };
    }""")
    page.fill("#passkey-name", "Laptop")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.locator("#passkey-form [data-form-error]")).to_have_text(
        "The passkey was canceled or took too long. Try again."
    )
    expect(page.get_by_role("button", name="Add passkey")).to_be_enabled()


def test_what_matters_asks_once_for_the_password_and_goes_on(page: Page, strict_platform: Platform) -> None:
    person = Person(page, strict_platform, Accounts(strict_platform))
    person.sign_in()
    time.sleep(31)
    page.get_by_role("button", name="Set up").click()
    expect(page.locator("#reauthenticate")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#reauthenticate")).to_be_hidden()
    expect(page.get_by_role("button", name="Set up")).to_be_enabled()
    page.get_by_role("button", name="Set up").click()
    expect(page.locator("#reauthenticate-password-control")).to_be_focused()
    page.fill("#reauthenticate-password-control", secrets.token_urlsafe(12))
    page.get_by_role("button", name="Confirm with password").click()
    expect(page.locator("#reauthenticate-password-control-problem")).to_be_visible()
    page.fill("#reauthenticate-password-control", person.password)
    page.get_by_role("button", name="Confirm with password").click()
    expect(page.locator("#app-dialog")).to_be_visible()
