import pytest
from page_paths import PAGES

ALL = [*PAGES, "/no/such/page/"]


def policy_of(response):
    return dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize("path", ALL)
def test_every_page_forbids_what_is_inline_or_foreign(operator, path):
    assert policy_of(operator.get(path)) == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self' vfservices.localhost:* *.vfservices.localhost:*",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
    }


def test_with_subdomains_scripts_may_call_the_apis_and_nobody_else(settings, alice):
    settings.VF_LAYOUT = "subdomains"
    response = alice.get("/billing/", headers={"host": "vfservices.localhost:8443", "x-forwarded-proto": "https"})
    assert policy_of(response)["connect-src"].split() == [
        "'self'",
        "https://identity.vfservices.localhost:8443",
        "https://billing.vfservices.localhost:8443",
        "https://inventory.vfservices.localhost:8443",
    ]


@pytest.mark.parametrize("path", ALL)
def test_no_page_is_kept_in_a_cache(operator, path):
    assert operator.get(path)["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("path", ["/dashboard/", "/accounts/profile/"])
def test_no_redirect_to_sign_in_is_kept_in_a_cache(anonymous, path):
    assert anonymous.get(path)["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("path", ALL)
def test_no_page_sets_a_cookie(operator, path):
    assert not operator.get(path).cookies


def test_every_page_says_what_it_is_and_keeps_its_address_to_itself(anonymous):
    response = anonymous.get("/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"
