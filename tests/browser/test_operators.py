"""The pages for operators in Chromium, through the whole platform: who may open them, and that changes take effect."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from runner import Platform
from tests.edge_client import EdgeClient

NewClient = Callable[..., EdgeClient]
SignIn = Callable[..., None]
WITHIN_SECONDS = 2.0


@dataclass
class Customer:
    """An account of one test, with a client that is signed in."""

    client: EdgeClient
    id: str
    name: str


@pytest.fixture
def customer(admin: EdgeClient, new_client: NewClient) -> Customer:
    """Return a new account."""
    name, password = f"customer-{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    body = {"username": name, "email": f"{name}@example.test", "password": password, "roles": ["customer"]}
    created = admin.post("/api/auth/users/", json=body)
    assert created.status_code == 201, created.text
    client = new_client()
    assert client.post("/api/auth/login/", json={"username": name, "password": password}).is_success
    return Customer(client, created.json()["id"], name)


def load(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator('[aria-busy="true"]')).to_have_count(0)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.locator("#confirm-yes").click()


def assert_status(client: EdgeClient, status: int) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while (answer := client.get("/api/profile/")).status_code != status and time.monotonic() < deadline:
        time.sleep(0.05)
    assert answer.status_code == status


def test_an_operator_signs_in_finds_a_user_and_exports_the_events(
    site: Platform, page: Page, sign_in: SignIn, problems: list[str]
) -> None:
    page.goto(site.url("/operators/users/?search=alice"))
    page.wait_for_url(lambda url: "/accounts/login/" in url)
    sign_in("admin")
    expect(page).to_have_url(site.url("/operators/users/?search=alice"))
    page.locator("#users-rows").get_by_role("link", name="alice", exact=True).click()
    expect(page.locator("#user-content")).to_contain_text("alice@example.test")
    page.get_by_role("link", name="All events of this user").click()
    expect(page.locator("#events-rows")).to_contain_text("usr_demo_alice")
    page.get_by_label("Kind").select_option("user_created")  # the other tests' sign-ins fill the first page
    page.get_by_role("button", name="Show events").click()
    expect(page.locator("#events-rows").get_by_role("button")).to_have_text(["User created"])
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Export as JSON Lines").click()
    lines = waiting.value.path().read_text().splitlines()
    assert {json.loads(line)["user_id"] for line in lines} == {"usr_demo_alice"}
    page.get_by_role("button", name="admin").click()
    page.get_by_role("link", name="Operators").click()
    expect(page).to_have_url(site.url("/operators/users/"))
    assert problems == []


def test_a_customer_gets_a_page_that_names_the_role(site: Platform, page: Page, sign_in: SignIn) -> None:
    page.goto(site.url("/operators/events/"))
    sign_in("alice")
    expect(page.get_by_role("heading", level=1)).to_have_text("Access denied")
    expect(page.locator("main")).to_contain_text("This page requires the role operator.")


def test_a_user_is_locked_unlocked_and_deleted(
    platform: Platform, page: Page, sign_in: SignIn, customer: Customer
) -> None:
    load(page, platform.url("/accounts/login/"))
    sign_in("admin")
    load(page, platform.url(f"/operators/users/{customer.id}/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(customer.name)
    expect(page.locator("#sessions-rows li")).to_have_count(1)
    page.get_by_role("checkbox", name="admin").check()
    press(page, "Save roles")
    expect(page.locator("#roles-form [data-form-done]")).to_have_text("The roles have been saved.")
    expect(page.locator("#user-content")).to_contain_text("customer, admin")
    press(page, "Lock account")
    expect(page.locator("#actions-done")).to_have_text(f"The account of {customer.name} is locked.")
    expect(page.locator("#sessions-empty")).to_be_visible()
    expect(page.locator("#events-rows")).to_contain_text("User deactivated")
    assert_status(customer.client, 401)
    press(page, "Unlock account")
    expect(page.get_by_role("button", name="Lock account", exact=True)).to_be_visible()
    press(page, "Delete account")
    expect(page).to_have_url(platform.url("/operators/users/"))
    load(page, platform.url(f"/operators/users/{customer.id}/"))
    expect(page.locator("#user-error")).to_be_visible()


def test_one_session_is_ended(platform: Platform, page: Page, sign_in: SignIn, customer: Customer) -> None:
    load(page, platform.url("/accounts/login/"))
    sign_in("admin")
    load(page, platform.url(f"/operators/users/{customer.id}/"))
    page.locator("#sessions-rows").get_by_role("button").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#sessions-done")).to_be_focused()
    assert_status(customer.client, 401)


def test_an_operator_who_acts_as_a_user_is_no_operator_until_the_next_sign_in(
    platform: Platform, page: Page, sign_in: SignIn, customer: Customer
) -> None:
    load(page, platform.url("/accounts/login/"))
    sign_in("admin")
    load(page, platform.url(f"/operators/users/{customer.id}/"))
    page.get_by_label("Reason").fill("Ticket 4711: the balance is missing")
    press(page, "Act as this user")
    expect(page).to_have_url(platform.url("/dashboard/"))
    expect(page.locator(".acting")).to_contain_text(f"You are acting as {customer.name}.")
    page.goto(platform.url("/operators/users/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Access denied")
    page.goto(platform.url("/dashboard/"))
    page.click("#stop-acting")
    page.wait_for_url(lambda url: "/accounts/login/" in url)


def test_an_invited_person_gets_the_roles(platform: Platform, page: Page, sign_in: SignIn) -> None:
    load(page, platform.url("/accounts/login/"))
    sign_in("admin")
    load(page, platform.url("/operators/invite/"))
    name = f"invited-{secrets.token_hex(4)}"
    page.get_by_label("Email").fill(f"{name}@example.test")
    page.get_by_role("checkbox", name="admin").check()
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.locator("#invitation-title")).to_be_focused()
    link = page.locator("#invitation-link").inner_text()
    page.context.clear_cookies()
    page.goto(platform.url(f"/accounts/register/#{urlsplit(link).fragment}"))  # the link is HTTPS
    page.fill("#register-username", name)
    page.fill("#register-email", f"{name}@example.test")
    page.fill("#register-password", secrets.token_urlsafe(12))
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(platform.url("/dashboard/"))
    page.goto(platform.url("/accounts/profile/"))
    expect(page.locator("#profile-roles li")).to_have_text(["admin"])
