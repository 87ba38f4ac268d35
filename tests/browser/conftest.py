"""Chromium against the whole platform, in both ways to deploy it."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from runner import Platform
from tests.browser.login_page import fill_in


@pytest.fixture(params=["one-origin", "subdomains"])
def site(request: pytest.FixtureRequest) -> Platform:
    """The platform, once in each layout."""
    return request.getfixturevalue("platform" if request.param == "one-origin" else "subdomains")


@pytest.fixture
def problems(page: Page) -> list[str]:
    """What the browser complained about: script errors, blocked requests, anything that its console calls an error."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found


@pytest.fixture
def sign_in(page: Page) -> Callable[..., None]:
    """Fill in the login page of the test's own tab."""
    return partial(fill_in, page)


@pytest.fixture
def secure_page(browser: Browser) -> Iterator[Page]:
    """A tab that takes the local certificate as it is."""
    context = browser.new_context(ignore_https_errors=True)
    yield context.new_page()
    context.close()
