"""The largest possible account: a browser keeps its cookies, and every component accepts them (row 53)."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from runner import Platform
from tests.conftest import NewClient
from tests.security.accounts import Accounts

ROOT = Path(__file__).resolve().parents[2]
NAME = "largest"
ROLES = [f"r{number:02}{'x' * 39}" for number in range(64)]
FOREIGN = {"theme": "d" * 500, "tracking": "t" * 480}
"""Cookies that use the reserved space, including their names."""


@pytest.fixture(scope="module")
def platform(start_platform: Callable[..., Platform], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of its own, whose roles file has all these roles."""
    roles = tmp_path_factory.mktemp("roles") / "roles.toml"
    shipped = (ROOT / "services/identity-provider/roles.toml").read_text()
    roles.write_text(shipped + "".join(f'[{role}]\ndescription = "A long name"\n' for role in ROLES))
    with start_platform(VF_ROLES_FILE=str(roles)) as platform:
        yield platform


@pytest.fixture(scope="module")
def largest(platform: Platform) -> tuple[Accounts, list[str]]:
    """Find, by bisection, how many of the roles the command accepts."""
    accounts = Accounts(platform)
    fitting, too_many = 0, len(ROLES)
    with pytest.raises(subprocess.CalledProcessError, match="create_user"):
        accounts.create_with_roles("toolarge", ROLES)
    while too_many - fitting > 1:
        middle = (fitting + too_many) // 2
        try:
            accounts.create_with_roles(f"{NAME}{middle:02}", ROLES[:middle])
            fitting = middle
        except subprocess.CalledProcessError:
            too_many = middle
    return accounts, ROLES[:fitting]


@pytest.mark.row(53)
def test_a_browser_keeps_the_cookies_and_every_page_works_beside_others(
    largest: tuple[Accounts, list[str]], context: BrowserContext, platform: Platform
) -> None:
    accounts, roles = largest
    assert len(roles) > 30
    name = f"{NAME}{len(roles):02}"
    context.add_cookies([{"name": key, "value": value, "url": platform.url("/")} for key, value in FOREIGN.items()])
    page = context.new_page()
    page.goto(platform.url("/billing/"))
    page.fill('input[name="email"]', name)
    page.fill('input[name="password"]', accounts.passwords[name])
    page.check('input[name="remember_me"]')
    page.click('button[type="submit"]')
    expect(page.locator("#summary-content")).to_be_visible()
    kept = {cookie["name"]: cookie["value"] for cookie in context.cookies(platform.url("/api/auth/"))}
    assert {"jwt", "jwt_token", "jwt_refresh", *FOREIGN} <= kept.keys()
    assert len(kept["jwt"]) > 2500
    for path in ("/dashboard/", "/inventory/", "/accounts/profile/"):
        answer = page.goto(platform.url(path))
        assert (answer.status, page.url) == (200, platform.url(path))
    statuses = page.evaluate(
        "Promise.all(['/api/profile/', '/api/billing/summary/', '/api/inventory/items/', '/api/auth/sessions/']"
        ".map(path => fetch(path).then(answer => answer.status)))"
    )
    assert statuses == [200, 200, 200, 200]
    for action in ("refresh", "logout"):
        status = page.evaluate(f"fetch('/api/auth/{action}/', {{method: 'POST'}}).then(answer => answer.status)")
        assert status in (200, 204)
    left = {cookie["name"] for cookie in context.cookies(platform.url("/api/auth/"))}
    assert not left & {"jwt", "jwt_token", "jwt_refresh"}


@pytest.mark.row(53)
def test_the_token_works_as_a_bearer_too(largest: tuple[Accounts, list[str]], new_client: NewClient) -> None:
    accounts, roles = largest
    signed_in = accounts.sign_in(new_client(), f"{NAME}{len(roles):02}", include_token=True).json()
    bearer = {"Authorization": f"Bearer {signed_in['access_token']}"}
    assert new_client().get("/api/profile/", headers=bearer).json()["roles"] == roles
