"""The pages for sign-up, reset and codes, and those of the account."""

import re
from urllib.parse import quote

import pytest

FORMS = {"/accounts/register/": "register-form", "/accounts/code/": "code-form"}


@pytest.mark.parametrize(("path", "form"), FORMS.items())
@pytest.mark.parametrize(
    ("target", "next_page"),
    [
        ("/billing/?page=2", "/billing/?page=2"),
        ("//evil.test", "/dashboard/"),
        ("javascript:alert(1)", "/dashboard/"),
        ("/accounts/login/", "/dashboard/"),
        ("/accounts/register/", "/dashboard/"),
    ],
)
def test_the_page_after_the_last_step_is_inside_the_platform(anonymous, path, form, target, next_page):
    page = anonymous.get(f"{path}?next={quote(target)}").content.decode()
    assert re.search(rf'<form id="{form}" [^>]*data-next="([^"]*)"', page)[1] == next_page


@pytest.mark.parametrize("path", ["/accounts/login/", *FORMS, "/accounts/password/forgot/"])
def test_links_among_these_pages_keep_next(anonymous, path):
    links = re.findall(r'href="(/accounts/[^"]*)"', anonymous.get(f"{path}?next=/billing/").content.decode())
    kept = [link for link in links if link.endswith("?next=%2Fbilling%2F")]
    assert len(kept) >= 1
    assert not [link for link in links if "next=" in link and link not in kept]


@pytest.mark.parametrize(("sign_up", "offered"), [("open", True), ("invitation", False), ("off", False)])
def test_the_sign_in_page_offers_an_account_only_if_anyone_may_create_one(settings, anonymous, sign_up, offered):
    settings.VF_SIGN_UP = sign_up
    assert ("Create an account" in anonymous.get("/accounts/login/").content.decode()) is offered


def test_without_sign_up_the_page_has_no_form(settings, anonymous):
    settings.VF_SIGN_UP = "off"
    page = anonymous.get("/accounts/register/").content.decode()
    assert "register-form" not in page
    assert "Ask an operator" in page


def test_an_invitation_is_a_field_of_the_form(settings, anonymous):
    settings.VF_SIGN_UP = "invitation"
    assert 'name="invitation"' in anonymous.get("/accounts/register/").content.decode()


@pytest.mark.parametrize("days", [0, 30])
def test_a_browser_can_be_trusted_only_if_the_platform_permits_it(settings, anonymous, days):
    settings.VF_TRUST_DEVICES = days
    page = anonymous.get("/accounts/login/").content.decode()
    assert ("factor-trust" in page) is bool(days)


def test_on_traefiks_host_no_link_leads_to_a_page_that_is_not_there(anonymous):
    page = anonymous.get("/accounts/login/", headers={"host": "traefik.vfservices.localhost:8000"}).content.decode()
    assert "/accounts/code/" not in page
    assert "/accounts/password/forgot/" not in page


def test_password_managers_find_the_page_for_a_new_password(anonymous):
    response = anonymous.get("/.well-known/change-password")
    assert (response.status_code, response["Location"]) == (302, "/accounts/security/")


@pytest.mark.parametrize(
    ("path", "control"),
    [
        ("/accounts/register/", r'name="username" type="text" autocomplete="username"'),
        ("/accounts/register/", r'name="password" type="password" autocomplete="new-password"'),
        ("/accounts/password/forgot/", r'name="code" type="text" autocomplete="one-time-code"'),
        ("/accounts/password/forgot/", r'name="new_password" type="password" autocomplete="new-password"'),
        ("/accounts/security/", r'name="current_password" type="password" autocomplete="current-password"'),
    ],
)
def test_the_forms_have_the_fields_that_password_managers_know(alice, path, control):
    assert len(re.findall(control, alice.get(path).content.decode())) == 1


@pytest.mark.parametrize("path", ["/accounts/register/", "/accounts/password/forgot/", "/accounts/code/"])
def test_no_form_can_put_its_fields_into_an_address(anonymous, path):
    page = anonymous.get(path).content.decode()
    assert re.findall("<form", page) == re.findall(r"<form(?= [^>]*method=\"post\")", page)
    for form in re.findall(r'<form (?![^>]*action="/(?:api|preferences)/)(.*?)</form>', page, re.DOTALL):
        assert re.search(r"<button [^>]*disabled>", form)  # until its script has loaded
