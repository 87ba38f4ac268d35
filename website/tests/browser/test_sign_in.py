"""The sign-in form, and sign-out."""

import json
import re

import pytest
from api_answers import PROFILE
from playwright.sync_api import expect


@pytest.fixture
def form(page, api):
    page.goto("/accounts/login/?next=/billing/")
    return page


def submit(page, *, remember=False):
    page.locator('input[name="email"]').fill(" alice@example.test ")
    page.locator('input[name="password"]').fill(" pass word ")
    page.locator('input[name="remember_me"]').set_checked(remember)
    page.locator('#login-form button[type="submit"]').click()


@pytest.mark.parametrize("remember", [True, False])
def test_the_form_sends_the_credentials_once_and_goes_on_to_next(form, leads_to, sign_in, remember):
    sent = leads_to("/billing/")
    sign_in()
    submit(form, remember=remember)
    expect(form).to_have_url("/billing/")
    key = sent[0].pop("client_key")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", key)
    assert form.evaluate("localStorage.getItem('vf-client-key')") == key
    # The password is sent as it was typed; the identity provider trims the name.
    expected = {"email": " alice@example.test ", "password": " pass word ", "next": "/billing/"}
    assert sent == [{**expected, "remember_me": "on"} if remember else expected]


def test_the_key_of_this_browser_stays_the_same(form, leads_to):
    form.evaluate("localStorage.setItem('vf-client-key', 'before')")
    sent = leads_to("/accounts/login/?next=/billing/&failed=invalid_credentials")
    submit(form)
    expect(form.locator("#login-error")).to_be_visible()
    assert sent[0]["client_key"] == "before"
    assert form.evaluate("localStorage.getItem('vf-client-key')") == "before"


def test_a_browser_that_forbids_storage_signs_in_without_a_key(page, api, context, leads_to, sign_in):
    context.add_init_script("""Object.defineProperty(globalThis, 'localStorage', {
        get() { throw new DOMException('no', 'SecurityError'); },
    })""")
    page.goto("/accounts/login/?next=/billing/")
    sent = leads_to("/billing/")
    sign_in()
    submit(page)
    expect(page).to_have_url("/billing/")
    assert [sorted(fields) for fields in sent] == [["email", "next", "password"]]


def test_a_page_that_was_asked_for_during_a_renewal_goes_on_without_a_form(page, api, sign_in):
    api.answer("/api/profile/", 401, code="token_expired", detail="Expired.")
    sent = []

    def refresh(request):
        sent.append(json.loads(request.post_data))
        sign_in()
        api.answer("/api/profile/", 200, **PROFILE)
        return 200, {}

    api.decide("/api/auth/refresh/", refresh)
    page.goto("/accounts/login/?next=/")
    page.evaluate("localStorage.setItem('vf-client-key', 'k'.repeat(43))")
    page.goto("/accounts/login/?next=/billing/&renew=1#row-3")
    expect(page).to_have_url("/billing/#row-3")
    assert sent == [{"client_key": "k" * 43}]


def test_without_a_session_such_a_page_shows_the_form(page, api):
    for path in ("/api/profile/", "/api/auth/refresh/"):
        api.answer(path, 401, code="refresh_token_invalid", detail="Ended.")
    page.goto("/accounts/login/?next=/billing/&renew=1")
    expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
    assert api.count("/api/auth/refresh/") == 1


def test_a_refused_sign_in_says_why_moves_the_focus_there_and_keeps_the_name(form, leads_to):
    leads_to("/accounts/login/?next=/billing/&failed=invalid_credentials")
    submit(form)
    error = form.locator("#login-error")
    expect(error).to_have_text("Incorrect username or password.")
    expect(error).to_be_focused()
    expect(form.get_by_role("button", name="Sign in")).to_be_enabled()
    expect(form.locator('input[name="email"]')).to_have_value(" alice@example.test ")
    assert form.evaluate("sessionStorage.getItem('vf-sign-in-name')") is None


@pytest.mark.parametrize(
    ("wait", "time"),
    [("42", "42 seconds"), ("119", "119 seconds"), ("122", "3 minutes"), ("900", "15 minutes")],
)
def test_too_many_attempts_say_how_long_to_wait(page, wait, time):
    page.goto(f"/accounts/login/?failed=too_many_attempts&wait={wait}")
    assert page.locator("#login-error").text_content() in {
        f"Too many sign-in attempts. Try again in {time}.",
        f"Too many sign-in attempts. Try again in {int(wait) - 1} seconds.",
    }


def test_the_time_to_wait_counts_down(page, api):
    page.clock.install()
    page.goto("/accounts/login/?failed=too_many_attempts&wait=3")
    error = page.locator("#login-error")
    page.clock.run_for(2000)
    expect(error).to_have_text("Too many sign-in attempts. Try again in 1 second.")
    page.clock.run_for(1500)
    expect(error).to_have_text("You can try again now.")


def test_while_it_signs_in_the_form_cannot_be_sent_again(form, context):
    context.route("**/api/auth/login/", lambda route: route.abort())
    assert form.evaluate("""() => {
        const form = document.getElementById("login-form");
        form.elements.email.value = form.elements.password.value = "x";
        form.requestSubmit();
        const again = form.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
        return [form.querySelector('[type="submit"]').textContent, again];
    }""") == ["Signing in…", False]


def test_without_javascript_the_form_sends_the_password_to_the_identity_provider_only(browser, website):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    posted = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.route("**/api/auth/login/", lambda route: route.fulfill(body="Done"))
    page.goto(f"{website}/accounts/login/")
    page.locator('input[name="email"]').fill("alice")
    page.locator('input[name="password"]').fill("secret")
    page.keyboard.press("Enter")
    page.wait_for_url("**/api/auth/login/")
    assert posted == [f"{website}/api/auth/login/"]
    context.close()


def test_signing_out_ends_the_session_and_shows_the_sign_in_page(alice, api, context):
    def logout(request):
        context.set_extra_http_headers({})
        return 204, None

    api.decide("/api/auth/logout/", logout)
    alice.goto("/dashboard/")
    alice.get_by_role("button", name="alice").click()
    alice.get_by_role("button", name="Sign out").click()
    expect(alice.get_by_text("You’ve signed out.")).to_be_visible()
    assert ("POST", "/api/auth/logout/") in api.calls


def test_a_failed_sign_out_says_that_the_person_is_still_signed_in(alice, api):
    api.answer("/api/auth/logout/", 503, code="unavailable", detail="Try again in a minute.")
    alice.goto("/dashboard/")
    alice.get_by_role("button", name="alice").click()
    alice.get_by_role("button", name="Sign out").click()
    message = alice.locator("#shell-error")
    expect(message).to_have_text("Sign-out failed. You're still signed in. Try again in a minute.")
    expect(message).to_be_focused()


def test_on_a_narrow_screen_the_menu_opens_and_leads_on(alice):
    alice.set_viewport_size({"width": 390, "height": 800})
    alice.goto("/dashboard/")
    link = alice.locator("#site-menu").get_by_text("Inventory")
    expect(link).to_be_hidden()
    alice.get_by_role("button", name="Menu").click()
    link.click()
    expect(alice).to_have_url("/inventory/")


def test_another_provider_has_a_button_that_leads_to_its_page(page, api):
    sent = []

    def begin(request):
        sent.append(json.loads(request.post_data))
        return 200, {"url": "/?at-the-provider"}

    api.answer("/api/auth/providers/", 200, [{"id": "acme", "name": "Acme <b>"}])
    api.decide("/api/auth/flow/provider/acme/", begin)
    page.goto("/accounts/login/?next=/billing/")
    page.get_by_role("button", name="Continue with Acme <b>").click()
    expect(page).to_have_url("/?at-the-provider")
    assert sent == [{"next": "/billing/", "remember_me": False}]


def test_after_another_provider_the_page_asks_for_the_next_step(page, api, sign_in):
    def verify(_request):
        sign_in()
        return 200, {}

    api.decide("/api/auth/flow/mfa/", verify)
    page.goto("/accounts/login/?next=/billing/&step=mfa&methods=totp,recovery_code")
    expect(page.locator("#login-form")).to_be_hidden()
    expect(page.locator("#factor-passkey")).to_be_hidden()
    page.locator("#factor-code").fill("123456")
    page.get_by_role("button", name="Confirm").click()
    expect(page).to_have_url("/billing/")


def test_an_unknown_step_leaves_the_form(page, api):
    page.goto("/accounts/login/?step=evil")
    expect(page.locator("#login-form")).to_be_visible()
