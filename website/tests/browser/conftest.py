"""Chromium against the website, started as in production. Headers with a real assertion replace the gateway.

Tests provide the responses of the APIs, because these tests are about the scripts' reactions to them. The project's own
tests/browser cover the components together.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qs

import chromium
import pytest
from api_answers import Api
from playwright.sync_api import BrowserContext, Page, Route
from website_process import running_website

from vf_django.testing import TEST_USER, identity_headers_for


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not chromium.find():
        pytest.fail(chromium.MISSING, pytrace=False)
    return {**browser_type_launch_args, **chromium.launch_arguments()}


@pytest.fixture(scope="session")
def website(tmp_path_factory) -> Iterator[str]:
    with running_website(tmp_path_factory.mktemp("website")) as address:
        yield address


@pytest.fixture(scope="session")
def base_url(website: str) -> str:
    return website


@pytest.fixture
def api(context: BrowserContext) -> Api:
    """Return the fake APIs, for every tab of the context."""
    return Api(context)


@pytest.fixture
def sign_in_headers() -> Callable[..., dict[str, str]]:
    """Return a user's identity headers, as the gateway would send them."""

    def headers(
        username: str = "alice", user_id: str = TEST_USER.user_id, roles: tuple[str, ...] = ("customer",)
    ) -> dict[str, str]:
        person = replace(TEST_USER, user_id=user_id, username=username, roles=roles)
        return identity_headers_for(person, audience="website")

    return headers


@pytest.fixture
def sign_in(context: BrowserContext, sign_in_headers: Callable[..., dict[str, str]]) -> Callable[..., None]:
    """Sign a user in to the pages of the context."""

    def sign_in(username: str = "alice", user_id: str = TEST_USER.user_id) -> None:
        context.set_extra_http_headers(sign_in_headers(username, user_id))

    return sign_in


@pytest.fixture
def leads_to(context: BrowserContext) -> Callable[[str], list[dict[str, str]]]:
    """Let the identity provider answer the sign-in form by leading to a page, and collect the forms that it gets.

    The platform's own tests cover the redirect: Chromium follows none that a test provides.
    """

    def lead(target: str) -> list[dict[str, str]]:
        sent: list[dict[str, str]] = []

        def answer(route: Route) -> None:
            sent.append({name: value[0] for name, value in parse_qs(route.request.post_data or "").items()})
            page = f'<meta http-equiv="refresh" content="0;url={target}">'
            route.fulfill(body=page, content_type="text/html")

        context.route("**/api/auth/login/", answer)
        return sent

    return lead


@pytest.fixture
def alice(page: Page, api: Api, sign_in: Callable[..., None]) -> Page:
    """Return a tab of a signed-in user."""
    sign_in()
    return page


@pytest.fixture
def olga(page: Page, api: Api, context: BrowserContext, sign_in_headers: Callable[..., dict[str, str]]) -> Page:
    """Return a tab of a signed-in operator."""
    context.set_extra_http_headers(sign_in_headers("olga", roles=("customer", "operator")))
    return page
