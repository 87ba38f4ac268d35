"""axe finds no violation on any page, at four widths, in both themes."""

from importlib.resources import files

import pytest
from api_answers import Api
from page_paths import PAGES

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
WIDTHS = (320, 768, 1280, 2560)
STATES = [
    *(path for path in PAGES if path != "/accounts/login/"),
    "/accounts/login/?switch=1",
    "/accounts/login/?switch=1&signed_out=1",
    "/accounts/login/?switch=1&failed=too_many_attempts&wait=300",
    "/accounts/login/?switch=1&step=verify_email",
    "/accounts/login/?switch=1&step=mfa&methods=totp,passkey",
    "/accounts/login/?problem=cookies",
    "/accounts/security/?problem=connected_elsewhere",
    "/no/such/page/",
]


@pytest.fixture
def evaluating(browser, website, sign_in_headers):
    """Return a signed-in tab in which a test may add scripts, whatever the policy of the pages."""
    context = browser.new_context(
        base_url=website, bypass_csp=True, extra_http_headers=sign_in_headers(roles=("customer", "operator"))
    )
    Api(context)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(evaluating, theme):
    page = evaluating
    page.emulate_media(color_scheme=theme)
    violations = []
    for path in STATES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            result = page.evaluate("axe.run()")
            assert len(result["passes"]) > 10
            violations += [(path, width, found["id"], found["nodes"][0]["html"]) for found in result["violations"]]
    assert violations == []
