"""Another user signs in, in a second tab: none of that user's data appears under the first user's name."""

from dataclasses import replace

import pytest
from api_answers import PROFILE, TRANSACTION, listed
from playwright.sync_api import expect

from vf_django.answer_for import ANSWER_FOR, mark_of
from vf_django.testing import TEST_USER
from vf_django.users import EdgeUser

PAGES = ["/dashboard/", "/billing/", "/inventory/?item=3", "/accounts/profile/"]
BOBS = {**TRANSACTION, "description": "Bob's own"}
WITHOUT_WORD = "BroadcastChannel.prototype.postMessage = () => {}"
"""A tab that receives no message from others: on another host, or after sleep."""


@pytest.fixture
def bobs_answers(api, sign_in):
    """Make the cookies bob's: pages and responses belong to bob from now on."""

    def change(person="bob"):
        user_id = f"usr_{person}"
        sign_in(person, user_id=user_id)
        api.headers = {ANSWER_FOR: mark_of(EdgeUser(replace(TEST_USER, user_id=user_id)))}
        if person == "bob":
            api.answer("/api/billing/transactions/", 200, listed(BOBS))

    return change


def person_shown(page):
    return page.locator(".person-name")


@pytest.mark.parametrize("path", PAGES)
def test_an_answer_for_another_person_takes_the_page_away_instead_of_being_shown(
    page, context, api, bobs_answers, path
):
    context.add_init_script(WITHOUT_WORD)
    bobs_answers("alice")
    page.goto(path)
    expect(page.locator('[aria-busy="true"]')).to_have_count(0)
    expect(person_shown(page)).to_contain_text("alice")
    bobs_answers()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(person_shown(page)).to_contain_text("bob")


def test_the_next_answer_of_a_list_is_never_under_the_first_ones_name(page, context, api, bobs_answers):
    context.add_init_script(WITHOUT_WORD)
    bobs_answers("alice")
    page.goto("/billing/")
    expect(page.locator("#transactions-rows")).to_contain_text("Team plan")
    page.evaluate("""() => {  // what is on the screen at each change of the document
        globalThis.seen = [];
        const look = () => seen.push(document.body.checkVisibility() ? document.body.innerText : '');
        new MutationObserver(look).observe(document, {
            subtree: true, childList: true, characterData: true, attributes: true,
        });
        addEventListener('pagehide', () => sessionStorage.setItem('seen', JSON.stringify(seen)));
    }""")
    bobs_answers()
    page.get_by_label("Status").select_option("pending")
    expect(person_shown(page)).to_contain_text("bob")
    expect(page.locator("#transactions-rows")).to_contain_text("Bob's own")
    seen = page.evaluate("JSON.parse(sessionStorage.getItem('seen'))")
    assert seen
    assert not [text for text in seen if "Bob's own" in text]
    assert "Team plan" not in seen[-1]  # hidden before the new page is loaded


def test_pages_and_apis_that_are_told_different_persons_show_neither_and_do_not_reload_for_ever(page, api, sign_in):
    sign_in("alice")
    api.headers = {"X-Answer-For": "0" * 32}
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    page.goto("/billing/")
    expect(page.locator("#transactions-error")).to_contain_text("You're now signed in as another user.")
    expect(page.locator("#transactions-content")).to_be_hidden()
    assert len(loads) == 2


def test_each_tab_knows_when_somebody_signs_in(page, context, leads_to, bobs_answers):
    bobs_answers("alice")
    page.goto("/billing/")
    expect(page.locator("#transactions-rows")).to_contain_text("Team plan")
    other = context.new_page()
    other.goto("/accounts/login/?switch=1&next=/dashboard/")
    leads_to("/dashboard/")
    bobs_answers()
    other.locator('input[name="email"]').fill("bob")
    other.locator('input[name="password"]').fill("secret")
    other.locator('button[type="submit"]').click()
    expect(other).to_have_url("/dashboard/")
    expect(person_shown(page)).to_contain_text("bob")
    expect(page.locator("#transactions-rows")).to_contain_text("Bob's own")


def test_a_tab_that_was_not_told_knows_it_although_the_other_ones_token_has_expired(page, context, api, bobs_answers):
    context.add_init_script(WITHOUT_WORD)
    bobs_answers("alice")
    page.goto("/billing/")
    expect(page.locator("#transactions-rows")).to_contain_text("Team plan")
    bobs_answers()
    whom = api.headers
    api.headers = {}  # the gateway's denials name no user
    api.answer("/api/profile/", 401, code="token_expired", detail="Expired.")

    def refresh(request):
        api.headers = whom
        api.answer("/api/profile/", 200, PROFILE)
        return 200, {}

    api.decide("/api/auth/refresh/", refresh)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(person_shown(page)).to_contain_text("bob")


@pytest.mark.parametrize("status", [401, 503, 0])
def test_coming_back_without_a_session_or_a_network_leaves_the_page_as_it_is(alice, api, status):
    alice.goto("/inventory/?item=3#row-3")
    expect(alice.locator("#item-content")).to_be_visible()
    api.answer("/api/profile/", status, code="x", detail="x")
    api.answer("/api/auth/refresh/", status, code="x", detail="x")
    with alice.expect_request("**/api/profile/"):
        alice.evaluate("dispatchEvent(new Event('focus'))")
    alice.wait_for_timeout(200)
    expect(alice.locator("#item-content")).to_be_visible()
    assert alice.url.endswith("/inventory/?item=3#row-3")


@pytest.mark.parametrize("told", [True, False], ids=["told", "not-told"])
def test_what_the_first_one_searched_for_is_gone_too(page, context, api, bobs_answers, told):
    bobs_answers("alice")
    page.goto("/inventory/#row-3")
    page.get_by_label("Search items").fill("private words")
    expect(page).to_have_url("/inventory/?search=private+words#row-3")
    expect(page.locator('[aria-busy="true"]')).to_have_count(0)
    bobs_answers()
    page.evaluate(
        "new BroadcastChannel('vf-person').postMessage(null)" if told else "dispatchEvent(new Event('focus'))"
    )
    expect(person_shown(page)).to_contain_text("bob")
    expect(page).to_have_url("/inventory/")
    expect(page.get_by_label("Search items")).to_have_value("")
    asked_after = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert not [url for url in asked_after if "private" in url]


def test_each_tab_knows_when_somebody_signs_out(alice, context, api):
    alice.goto("/billing/")
    other = context.new_page()
    other.goto("/dashboard/")

    def logout(request):
        context.set_extra_http_headers({})
        return 204, None

    api.decide("/api/auth/logout/", logout)
    other.get_by_role("button", name="alice").click()
    other.get_by_role("button", name="Sign out").click()
    expect(alice).to_have_url("/api/auth/continue/?next=%2Fbilling%2F")


def test_the_same_person_in_many_tabs_disturbs_none_of_them(alice, context):
    alice.goto("/inventory/")
    alice.evaluate("globalThis.samePage = true")
    for path in PAGES:
        other = context.new_page()
        other.goto(path)
        expect(other.locator('[aria-busy="true"]')).to_have_count(0)
    alice.bring_to_front()
    alice.wait_for_timeout(200)
    assert alice.evaluate("globalThis.samePage") is True


def test_a_page_out_of_the_browsers_memory_shows_nothing_and_is_loaded_again(alice, sign_in):
    alice.goto("/billing/")
    expect(alice.locator("#transactions-rows tr")).to_have_count(1)
    alice.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect(alice.locator("main")).to_be_hidden()
    sign_in("bob")
    alice.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(person_shown(alice)).to_contain_text("bob")
