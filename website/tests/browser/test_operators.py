"""The pages for operators: each change asks first and says what has changed, filters are in the address."""

import json
import re

import pytest
from api_answers import OVERVIEW, ROLES, SERVICE_ACCOUNT, SESSION, STORED_EVENT, TOKEN, USER, listed, query_of
from page_paths import OPERATORS
from playwright.sync_api import expect
from test_panels import HOSTILE, LAYOUT_FAULTS, LONG, WIDTHS, ZOOMED

USERS, ALICE, EVENTS = "/api/auth/users/", "/api/auth/users/usr_1/", "/api/auth/audit/"
PAGE = "/operators/users/usr_1/"


def load(page, path):
    page.goto(path)
    expect(page.locator('[aria-busy="true"]')).to_have_count(0)


def confirm(page, title):
    dialog = page.get_by_role("dialog", name=title)
    expect(dialog).to_be_visible()
    dialog.locator("#confirm-yes").click()


def sent(api, method, path):
    return (method, path) in api.calls


def answer_with_ordinary_values(api):
    users = [
        {**USER, "id": f"usr_{number}", "username": name, "email": f"{name}@department.example.org", "roles": roles}
        for number, (name, roles) in enumerate(
            [("christopher.montgomery", ["customer", "operator", "admin"]), ("bo", []), ("alice", ["customer"])]
        )
    ]
    api.answer(USERS, 200, listed(*users, {**USER, "is_active": False}, count=25))
    ids = {"user_id": "usr_019ac8f0b7d27d3e8a5f3c2b1a0d9e8f", "network": "2001:db8:85a3:8d3:1319:8a2e:370:7348"}
    events = [
        {**STORED_EVENT, **ids, "kind": "password_change_limited", "succeeded": False, "actor": ""},
        {**STORED_EVENT, **ids, "actor": "command:reset_factors"},
        {**STORED_EVENT, **ids, "actor": ids["user_id"], "user_id": ""},
    ]
    api.answer(EVENTS, 200, listed(*events, count=2500))


def test_users_are_searched_and_filtered_and_the_address_keeps_it(olga, api):
    asked = []

    def users(request):
        asked.append(query_of(request))
        return 200, listed(USER, count=25)

    api.decide(USERS, users)
    load(olga, "/operators/users/?role=customer")
    expect(olga.locator("#users-rows tr")).to_have_count(1)
    expect(olga.get_by_label("Role")).to_have_value("customer")
    expect(olga.get_by_label("Role").locator("option")).to_have_text(["Any role", "customer", "operator"])
    olga.get_by_label("State").select_option("Locked")
    expect(olga).to_have_url("/operators/users/?role=customer&active=false")
    olga.get_by_label("Search users").fill("ali")
    expect(olga).to_have_url("/operators/users/?role=customer&active=false&search=ali")
    expect(olga.locator('[aria-busy="true"]')).to_have_count(0)
    olga.get_by_role("button", name="Next").click()
    expect(olga.locator("#users-pages")).to_contain_text("11–20 of 25")
    whole = {"role": "customer", "active": "false", "search": "ali", "page_size": "10"}
    assert asked[0] == {"role": "customer", "page": "1", "page_size": "10"}
    assert asked[-1] == {**whole, "page": "2"}
    olga.get_by_role("link", name="alice").click()
    expect(olga).to_have_url(PAGE)


def test_an_empty_list_helps(olga, api):
    api.answer(USERS, 200, listed())
    load(olga, "/operators/users/?search=zzz")
    expect(olga.locator("#users-empty")).to_contain_text("No users match your search.")
    api.answer(USERS, 200, listed(USER))
    olga.get_by_role("button", name="Clear filters").click()
    expect(olga.locator("#users-rows tr")).to_have_count(1)
    expect(olga).to_have_url("/operators/users/")
    expect(olga.get_by_label("Search users")).to_be_focused()


def test_an_account_is_shown_with_sessions_tokens_and_events(olga):
    load(olga, PAGE)
    expect(olga.get_by_role("heading", level=1)).to_have_text("alice")
    facts = olga.locator("#user-content")
    for text in ("alice@example.test", "Active", "customer", "Totp, Recovery code", "usr_1"):
        expect(facts).to_contain_text(text)
    expect(olga.locator("#sessions-rows")).to_contain_text("Firefox on Windows")
    expect(olga.locator("#tokens-rows")).to_contain_text("Laptop")
    expect(olga.locator("#events-rows")).to_contain_text("By usr_olga")
    expect(olga.get_by_role("link", name="All events of this user")).to_have_attribute(
        "href", "/operators/events/?user=usr_1"
    )


def test_an_account_that_is_not_there_is_an_error_of_its_panel(olga, api):
    api.answer(ALICE, 404, code="not_found", detail="Not found.", request_id="r-9")
    load(olga, PAGE)
    expect(olga.locator("#user-error")).to_contain_text("r-9")
    expect(olga.get_by_role("heading", level=1)).to_have_text("User")


CHANGES = {
    "Sign out everywhere": ("Sign out alice everywhere?", "POST", "sign-out/"),
    "Reset limits": ("Forget the failed sign-ins of alice?", "POST", "reset-limits/"),
    "Remove second factors": ("Remove all second factors of alice?", "POST", "reset-factors/"),
    "Lock account": ("Lock the account of alice?", "POST", "lock/"),
}


@pytest.mark.parametrize(("button", "change"), CHANGES.items(), ids=CHANGES.keys())
def test_a_change_asks_first_and_says_what_has_changed(olga, api, button, change):
    title, method, path = change
    api.answer(f"{ALICE}{path}", 200, {})
    load(olga, PAGE)
    olga.locator("#actions").get_by_role("button", name=button).click()
    olga.get_by_role("dialog", name=title).get_by_role("button", name="Cancel").click()
    assert not sent(api, method, f"{ALICE}{path}")
    olga.locator("#actions").get_by_role("button", name=button).click()
    confirm(olga, title)
    expect(olga.locator("#actions-done")).to_contain_text("alice")
    expect(olga.locator("#actions-done")).to_be_focused()
    assert sent(api, method, f"{ALICE}{path}")
    assert api.count(ALICE) >= 3  # shown again


def test_a_locked_account_is_unlocked(olga, api):
    api.answer(ALICE, 200, {**OVERVIEW, "user": {**USER, "is_active": False}})
    api.answer(f"{ALICE}unlock/", 200, USER)
    load(olga, PAGE)
    expect(olga.locator("#user-content")).to_contain_text("Locked")
    expect(olga.get_by_role("button", name="Lock account", exact=True)).to_be_hidden()
    olga.get_by_role("button", name="Unlock account").click()
    api.answer(ALICE, 200, OVERVIEW)
    confirm(olga, "Unlock the account of alice?")
    expect(olga.locator("#actions-done")).to_have_text("The account of alice is active again.")
    expect(olga.get_by_role("button", name="Lock account", exact=True)).to_be_visible()


def test_what_the_api_refuses_is_told(olga, api):
    api.answer(f"{ALICE}lock/", 409, code="own_account", detail="You can't lock or close your own account.")
    load(olga, PAGE)
    olga.get_by_role("button", name="Lock account", exact=True).click()
    confirm(olga, "Lock the account of alice?")
    expect(olga.locator("#actions-problem")).to_have_text("You can't lock or close your own account.")
    expect(olga.locator("#actions-problem")).to_be_focused()


def test_after_a_deletion_the_list_is_shown(olga, api):
    api.answer(ALICE, 200, OVERVIEW)
    load(olga, PAGE)
    api.decide(ALICE, lambda request: (204, None) if request.method == "DELETE" else (200, OVERVIEW))
    olga.get_by_role("button", name="Delete account").click()
    confirm(olga, "Delete the account of alice?")
    expect(olga).to_have_url("/operators/users/")
    assert sent(api, "DELETE", ALICE)


def test_roles_are_replaced(olga, api):
    bodies = []

    def put(request):
        bodies.append(json.loads(request.post_data))
        return 200, USER

    api.decide(f"{ALICE}roles/", put)
    load(olga, PAGE)
    expect(olga.get_by_role("checkbox", name="customer")).to_be_checked()
    olga.get_by_role("checkbox", name="operator").check()
    olga.get_by_role("button", name="Save roles").click()
    expect(olga.get_by_role("dialog")).to_contain_text("New roles: customer, operator.")
    confirm(olga, "Change the roles of alice?")
    expect(olga.locator("#roles-form [data-form-done]")).to_have_text("The roles have been saved.")
    assert bodies == [{"roles": ["customer", "operator"]}]


def test_a_problem_of_the_roles_is_at_the_roles(olga, api):
    errors = {"roles": ["The access token would be too long."]}
    api.answer(f"{ALICE}roles/", 400, code="validation_failed", detail="Invalid.", errors=errors)
    load(olga, PAGE)
    olga.get_by_role("button", name="Save roles").click()
    confirm(olga, "Change the roles of alice?")
    expect(olga.locator('#roles-form [data-error-for="roles"]')).to_have_text("The access token would be too long.")


def test_a_session_and_a_token_are_ended(olga, api):
    api.answer(f"{ALICE}sessions/ses_1/", 204)
    api.answer(f"{ALICE}tokens/gnt_1/", 204)
    load(olga, PAGE)
    olga.get_by_role("button", name="End the session Firefox on Windows, 192.0.2.7").click()
    api.answer(f"{ALICE}sessions/", 200, [])
    confirm(olga, "End this session?")
    expect(olga.locator("#sessions-done")).to_be_focused()
    expect(olga.locator("#sessions-empty")).to_be_visible()
    olga.get_by_role("button", name="Revoke Laptop").click()
    api.answer(f"{ALICE}tokens/", 200, [])
    confirm(olga, "Revoke Laptop?")
    expect(olga.locator("#tokens-done")).to_have_text("Laptop has been revoked.")
    assert sent(api, "DELETE", f"{ALICE}sessions/ses_1/")
    assert sent(api, "DELETE", f"{ALICE}tokens/gnt_1/")


def test_acting_as_a_user_asks_for_a_proof_and_leads_to_the_users_pages(olga, api):
    proven = []

    def impersonate(request):
        if proven:
            return 200, USER
        return 403, {"code": "reauthentication_required", "detail": "Confirm.", "methods": ["password"]}

    def prove(request):
        proven.append(request.post_data)
        return 204, None

    api.decide(f"{ALICE}impersonate/", impersonate)
    api.decide("/api/auth/account/reauthenticate/", prove)
    load(olga, PAGE)
    olga.get_by_label("Reason").fill("Ticket 4711: cannot see the balance")
    olga.get_by_role("button", name="Act as this user").click()
    confirm(olga, "Act as alice?")
    dialog = olga.get_by_role("dialog", name="Confirm that it’s you")
    dialog.get_by_label("Your password").fill("secret")
    dialog.get_by_role("button", name="Confirm with password").click()
    expect(olga).to_have_url("/dashboard/")
    assert api.count(f"{ALICE}impersonate/") == 2


def test_a_reason_that_is_too_short_is_told_at_its_field(olga, api):
    errors = {"reason": ["Ensure this field has at least 10 characters."]}
    api.answer(f"{ALICE}impersonate/", 400, code="validation_failed", detail="Invalid.", errors=errors)
    load(olga, PAGE)
    olga.get_by_label("Reason").fill("short")
    olga.get_by_role("button", name="Act as this user").click()
    confirm(olga, "Act as alice?")
    expect(olga.locator("#act-reason-problem")).to_be_visible()
    expect(olga.get_by_label("Reason")).to_be_focused()


@pytest.mark.parametrize(("is_sent", "words"), [(True, "An email with this link"), (False, "Send this link to")])
def test_an_invitation_shows_its_link(olga, api, is_sent, words):
    bodies = []

    def invite(request):
        bodies.append(json.loads(request.post_data))
        return 201, {"link": "https://x.test/accounts/register/#invitation=abc", "sent": is_sent}

    api.decide(f"{USERS}invite/", invite)
    load(olga, "/operators/invite/")
    olga.get_by_label("Email").fill("carol@example.test")
    olga.get_by_role("checkbox", name="operator").check()
    olga.get_by_role("button", name="Invite", exact=True).click()
    expect(olga.locator("#invitation-sent")).to_contain_text(words)
    expect(olga.locator("#invitation-link")).to_have_text("https://x.test/accounts/register/#invitation=abc")
    expect(olga.locator("#invitation-title")).to_be_focused()
    assert bodies == [{"email": "carol@example.test", "roles": ["operator"]}]


def test_an_invitation_that_is_refused_says_why(olga, api):
    api.answer(f"{USERS}invite/", 403, code="sign_up_closed", detail="Nobody can create an account here.")
    load(olga, "/operators/invite/")
    olga.get_by_label("Email").fill("carol@example.test")
    olga.get_by_role("button", name="Invite", exact=True).click()
    expect(olga.locator("#invite-form [data-form-error]")).to_have_text("Nobody can create an account here.")


def test_events_are_filtered_and_the_address_and_the_export_keep_it(olga, api):
    asked = []

    def events(request):
        asked.append(query_of(request))
        return 200, listed(STORED_EVENT, count=25)

    api.decide(EVENTS, events)
    load(olga, "/operators/events/?user=usr_1&kind=signed_in")
    expect(olga.get_by_label("Account (user ID)")).to_have_value("usr_1")
    expect(olga.get_by_label("Kind")).to_have_value("signed_in")
    expect(olga.get_by_label("Kind").locator("option")).to_have_count(4)
    olga.get_by_label("Done by (user ID)").fill("usr_olga")
    olga.get_by_label("Outcome").select_option("Succeeded")
    olga.get_by_label("From").fill("2026-11-21T10:30")
    olga.get_by_role("button", name="Show events").click()
    expect(olga).to_have_url(re.compile(r"actor=usr_olga&succeeded=true&since=2026-11-21T"))
    expect(olga.locator('[aria-busy="true"]')).to_have_count(0)
    since = olga.evaluate("new Date('2026-11-21T10:30').toISOString()")
    filters = {"user": "usr_1", "kind": "signed_in", "actor": "usr_olga", "succeeded": "true", "since": since}
    assert asked[0] == {"user": "usr_1", "kind": "signed_in", "page": "1", "page_size": "10"}
    assert asked[-1] == {**filters, "page": "1", "page_size": "10"}
    link = olga.get_by_role("link", name="Export as JSON Lines")
    for name, value in filters.items():
        assert f"{name}={value.replace(':', '%3A')}" in link.get_attribute("href")
    olga.reload()
    expect(olga.get_by_label("From")).to_have_value("2026-11-21T10:30")
    olga.get_by_role("button", name="Clear filters").click()
    expect(olga).to_have_url("/operators/events/")
    expect(olga.get_by_label("Kind")).to_have_value("")


def test_the_time_of_a_filter_is_the_browsers(browser, website, sign_in_headers):
    context = browser.new_context(
        base_url=website, timezone_id="Asia/Kolkata", extra_http_headers=sign_in_headers(roles=("operator",))
    )
    page = context.new_page()
    page.goto("/")
    module = "import('/static/js/ui/local-time.js')"
    shown = page.evaluate(f"async () => (await {module}).toLocalInput('2026-11-21T10:30:00Z')")
    asked = page.evaluate(f"async () => (await {module}).fromLocalInput('2026-11-21T16:00')")
    nothing = page.evaluate(f"async () => (await {module}).toLocalInput('x') + (await {module}).fromLocalInput('')")
    context.close()
    assert (shown, asked, nothing) == ("2026-11-21T16:00", "2026-11-21T10:30:00.000Z", "")


def test_an_event_opens_with_all_its_fields_and_gives_the_focus_back(olga):
    load(olga, "/operators/events/")
    olga.get_by_role("button", name="Roles changed").click()
    dialog = olga.get_by_role("dialog", name="Roles changed")
    for text in ("usr_olga", "192.0.2.7", "r-5", '"roles"'):
        expect(dialog).to_contain_text(text)
    expect(dialog.get_by_role("link", name="usr_1")).to_have_attribute("href", PAGE)
    olga.keyboard.press("Escape")
    expect(olga.get_by_role("button", name="Roles changed")).to_be_focused()


def test_an_export_that_the_api_refuses_is_told_on_the_page(olga, api):
    load(olga, "/operators/events/")
    api.answer(f"{EVENTS}kinds/", 403, code="role_required", detail="You lost the role.")
    olga.get_by_role("link", name="Export as JSON Lines").click()
    expect(olga.locator("#events-problem")).to_have_text("You lost the role.")
    expect(olga).to_have_url("/operators/events/")


def test_service_accounts_are_shown_with_their_secrets(olga, api):
    api.answer("/api/auth/service-accounts/", 200, listed(SERVICE_ACCOUNT, {**SERVICE_ACCOUNT, "is_active": False}))
    load(olga, "/operators/programs/")
    rows = olga.locator("#programs-rows > li")
    expect(rows.first).to_contain_text("reports")
    expect(rows.first).to_contain_text("Secret vfs_abcd…, created on Nov 20, 2026, last used on Nov 21, 2026.")
    expect(rows.first.locator("[data-disabled]")).to_be_hidden()
    expect(rows.last.locator("[data-disabled]")).to_be_visible()


def test_without_the_role_there_is_no_entry_in_the_menu_and_no_page(alice):
    alice.goto("/operators/users/")
    expect(alice.get_by_role("heading", level=1)).to_have_text("Access denied")
    alice.get_by_role("button", name="alice").click()
    expect(alice.get_by_role("link", name="Operators")).to_have_count(0)


@pytest.mark.parametrize("path", ["/operators/users/", "/operators/events/"])
def test_lists_are_readable_in_every_window(olga, api, path):
    answer_with_ordinary_values(api)
    load(olga, path)
    faults = {}
    for width in sorted({*WIDTHS, *ZOOMED, 2560}):
        olga.set_viewport_size({"width": width, "height": 800})
        if found := olga.evaluate(LAYOUT_FAULTS):
            faults[width] = found
    assert faults == {}


@pytest.mark.parametrize("path", OPERATORS)
def test_values_are_text_and_long_words_do_not_push_a_page_wider_than_its_window(olga, api, path):
    user = {**USER, "username": HOSTILE, "email": HOSTILE, "roles": [HOSTILE]}
    api.answer(USERS, 200, listed(user, user))
    api.answer(ALICE, 200, {**OVERVIEW, "user": user, "factors": [HOSTILE]})
    api.answer(f"{ALICE}sessions/", 200, [{**SESSION, "user_agent": HOSTILE, "network": HOSTILE, "by_operator": False}])
    api.answer(f"{ALICE}tokens/", 200, [{**TOKEN, "name": HOSTILE, "scopes": [HOSTILE], "hint": HOSTILE}])
    api.answer("/api/auth/roles/", 200, [{**ROLES[0], "name": LONG, "description": HOSTILE}])
    event = dict.fromkeys(("kind", "user_id", "actor", "network", "reason"), HOSTILE)
    api.answer(EVENTS, 200, listed({**STORED_EVENT, **event}))
    api.answer(f"{EVENTS}kinds/", 200, [LONG])
    account = {**SERVICE_ACCOUNT, "name": HOSTILE, "roles": [HOSTILE], "id": LONG}
    api.answer("/api/auth/service-accounts/", 200, listed(account))
    load(olga, path)
    for width in (320, 390, 768, 1280):
        olga.set_viewport_size({"width": width, "height": 800})
        assert olga.evaluate("document.documentElement.scrollWidth") <= width
    assert olga.locator("main img, main script").count() == 0


@pytest.mark.parametrize("path", OPERATORS)
def test_a_page_breaks_none_of_its_own_security_rules(olga, path):
    messages = []
    olga.on("console", lambda message: messages.append(message.text))
    olga.on("pageerror", lambda error: messages.append(str(error)))
    load(olga, path)
    assert messages == []
