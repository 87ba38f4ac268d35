"""Chromium against the whole platform, in both layouts."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from runner import Platform
from tests.browser.login_page import fill_in


@pytest.fixture(params=["one-origin", "subdomains"])
def site(request: pytest.FixtureRequest) -> Platform:
    """Return the platform, once in each layout."""
    return request.getfixturevalue("platform" if request.param == "one-origin" else "subdomains")


@pytest.fixture
def problems(page: Page) -> list[str]:
    """Collect what the browser reports: script errors, blocked requests, and every error in its console."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found


@pytest.fixture
def sign_in(page: Page) -> Callable[..., None]:
    """Sign in on the sign-in page, in the test's own tab."""
    return partial(fill_in, page)


@pytest.fixture
def secure_page(browser: Browser) -> Iterator[Page]:
    """Return a tab that accepts the local certificate."""
    context = browser.new_context(ignore_https_errors=True)
    yield context.new_page()
    context.close()
