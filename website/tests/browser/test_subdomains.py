"""The layout with one host per API."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from website_process import running_website


@pytest.fixture
def subdomains(tmp_path):
    with running_website(tmp_path, VF_LAYOUT="subdomains") as address:
        yield address


def test_scripts_call_each_api_on_its_own_host_with_the_persons_cookies(alice, api, context, subdomains):
    port = urlsplit(subdomains).port
    api.headers = {"Access-Control-Allow-Origin": subdomains, "Access-Control-Allow-Credentials": "true"}
    context.add_cookies([{"name": "jwt", "value": "t", "domain": ".vfservices.localhost", "path": "/"}])
    called = {}

    def note(request):
        if "/api/" in request.url:
            called[urlsplit(request.url).netloc] = request.all_headers().get("cookie")

    alice.on("requestfinished", note)
    alice.goto(f"{subdomains}/dashboard/")
    expect(alice.locator("#summary-content")).to_contain_text("$1,284.50")
    expect(alice.locator("#low-stock-rows li")).to_have_count(1)
    expect(alice.locator("#profile-content")).to_contain_text("alice@example.test")
    assert called.keys() == {f"{name}.vfservices.localhost:{port}" for name in ("identity", "billing", "inventory")}
