"""The pages in German: no English text is left, nothing is wider than a small phone, numbers and dates are German."""

import messages
import pytest
from api_answers import SUMMARY, TRANSACTION, Api, listed
from django.utils import translation
from page_paths import PAGES
from playwright.sync_api import Browser, Page, expect

SPOKEN = """() => {
  const texts = [];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) texts.push(nodes.currentNode.data);
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [alt], [title]"))
    for (const name of ["aria-label", "placeholder", "alt", "title"]) texts.push(element.getAttribute(name) ?? "");
  return [...texts, document.title].map((text) => text.trim().replace(/\\s+/g, " ")).filter((text) => text);
}"""
WIDER = """() => {
  const edge = document.documentElement.clientWidth;
  const isWide = (element) => element.getBoundingClientRect().right > edge + 1;
  const isShown = (element) => element.checkVisibility() && !element.closest(".visually-hidden, .skip-link, thead");
  const wide = [...document.querySelectorAll("body *")].filter((each) => isShown(each) && isWide(each));
  return wide.map((each) => each.outerHTML.slice(0, 120));
}"""
STATES = [
    *(path for path in PAGES if path != "/accounts/login/"),
    "/accounts/login/?switch=1",
    "/accounts/login/?switch=1&signed_out=1",
    "/accounts/login/?switch=1&failed=too_many_attempts&wait=300",
    "/accounts/login/?switch=1&step=verify_email",
    "/accounts/login/?switch=1&step=mfa&methods=totp,passkey",
    "/accounts/login/?problem=cookies",
    "/accounts/login/",
    "/accounts/security/?problem=connected_elsewhere",
    "/inventory/?item=3",
    "/no/such/page/",
]


@pytest.fixture
def german(browser: Browser, website: str, sign_in_headers):
    """Return a signed-in tab of a browser that prefers German, and the fake APIs."""
    context = browser.new_context(base_url=website, locale="de-DE", timezone_id="Europe/Berlin")
    signed_in = sign_in_headers(roles=("customer", "operator"))
    context.set_extra_http_headers({**signed_in, "Accept-Language": "de-DE,de;q=0.9"})
    api = Api(context)
    yield context.new_page(), api
    context.close()


def english_texts() -> set[str]:
    """Return the English texts that German pages must not show."""
    found = set(messages.german_of_scripts().items())
    with translation.override("de"):
        for path in [*messages.TEMPLATES, *messages.SOURCES]:
            of_path = messages.messages_of_template if path.suffix == ".html" else messages.messages_of_source
            found |= {(english, translation.gettext(english)) for english in of_path(path)}
    return {english.strip() for english, text in found if text != english}


@pytest.mark.parametrize("path", STATES)
def test_a_page_has_no_english_text_and_nothing_is_wider_than_a_phone(german, path):
    page, _ = german
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(path)
    page.wait_for_load_state("networkidle")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert set(page.evaluate(SPOKEN)) & english_texts() == set()
    assert page.evaluate(WIDER) == []


@pytest.mark.parametrize("path", ["/billing/", "/inventory/", "/accounts/security/", "/accounts/activity/"])
def test_failures_are_in_german(german, path):
    page, api = german
    for called in ("billing/summary", "billing/transactions", "inventory/items", "auth/account/factors", "auth/events"):
        api.answer(f"/api/{called}/", 503, code="service_unavailable", detail="The service is unavailable.")
    page.goto(path)
    expect(
        page.get_by_text("Der Dienst ist nicht verfügbar. Versuchen Sie es gleich noch einmal.").first
    ).to_be_visible()
    expect(page.get_by_text("Laden fehlgeschlagen", exact=False).first).to_be_visible()
    assert set(page.evaluate(SPOKEN)) & english_texts() == set()


def test_a_problem_without_a_german_text_shows_what_the_api_says(german):
    page, api = german
    api.answer("/api/profile/", 418, code="teapot", detail="Short and stout.")
    page.goto("/accounts/profile/")
    expect(page.get_by_text("Short and stout.")).to_be_visible()


def test_a_problem_of_a_field_is_in_german(german):
    page, api = german
    common = {"new_password": ["This password is too common."]}
    path = "/api/auth/password/"
    api.answer(path, 400, code="validation_failed", detail="A value is missing or invalid.", errors=common)
    page.goto("/accounts/security/")
    page.get_by_label("Aktuelles Passwort").fill("correct horse")
    page.get_by_label("Neues Passwort").fill("password1")
    page.get_by_role("button", name="Passwort ändern").click()
    expect(page.get_by_text("Dieses Passwort ist zu verbreitet.")).to_be_visible()


def test_money_dates_and_numbers_are_german(german):
    page, api = german
    api.answer("/api/billing/summary/", 200, {**SUMMARY, "current_balance": "-1234567890123456789.50"})
    api.answer("/api/billing/transactions/", 200, listed(TRANSACTION, count=12345))
    page.goto("/billing/")
    expect(page.locator('[data-field="balance"]')).to_have_text("−1.234.567.890.123.456.789,50 $")
    expect(page.locator('[data-field="nextDate"]')).to_have_text("01.12.2026")
    expect(page.locator('[data-field="cycle"]')).to_have_text("Monatlich")
    expect(page.locator("[data-position]")).to_have_text("1–10 von 12.345")
    page.goto("/accounts/activity/")
    expect(page.locator("time").first).to_have_text("21. Nov. 2026, 11:00 MEZ")


def test_the_switch_changes_the_language_of_page_and_scripts(alice: Page, api: Api):
    alice.goto("/billing/?status=paid#transactions")
    expect(alice.locator('[data-field="cycle"]')).to_have_text("Monthly")
    alice.get_by_role("button", name="Deutsch").click()
    expect(alice.locator('[data-field="cycle"]')).to_have_text("Monatlich")
    expect(alice.get_by_role("button", name="Deutsch")).to_have_attribute("aria-current", "true")
    assert alice.url.endswith("/billing/?status=paid#transactions")
    alice.goto("/accounts/profile/")
    expect(alice.get_by_role("heading", name="Profil")).to_be_visible()
    alice.get_by_role("button", name="English").click()
    expect(alice.get_by_role("heading", name="Profile")).to_be_visible()


def test_without_scripts_the_switch_changes_the_language(browser: Browser, website: str):
    context = browser.new_context(base_url=website, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/?next=/billing/")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    assert page.url == f"{website}/accounts/login/?next=/billing/"
    context.close()
