"""Chromium against the website as it is started for real; the edge's part is played by headers with a real assertion.

The APIs' answers are given by the test: these tests are about what the scripts make of an answer. What crosses the
parts is in the project's own tests/browser.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import chromium
import pytest
from api_answers import Api
from playwright.sync_api import BrowserContext, Page
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
    """The answers of the APIs, for every tab of the context."""
    return Api(context)


@pytest.fixture
def sign_in(context: BrowserContext) -> Callable[..., None]:
    """Make the pages of the context those of a signed-in person."""

    def sign_in(username: str = "alice", user_id: str = TEST_USER.user_id) -> None:
        person = replace(TEST_USER, user_id=user_id, username=username, roles=("customer",))
        context.set_extra_http_headers(identity_headers_for(person, audience="website"))

    return sign_in


@pytest.fixture
def alice(page: Page, api: Api, sign_in: Callable[..., None]) -> Page:
    """A tab of a signed-in person."""
    sign_in()
    return page
