"""The theme that a browser prefers: a cookie, which a form sets without scripts."""

import pytest
from django.test import Client

PATH = "/preferences/"
FROM_HERE = {"sec-fetch-site": "same-origin"}


def root_of(page):
    return page.split("<html", 1)[1].split(">", 1)[0]


def color_scheme_of(page):
    return page.split('<meta name="color-scheme" content="', 1)[1].split('"', 1)[0]


@pytest.mark.parametrize(
    ("cookie", "attribute", "scheme"),
    [
        (None, None, "light dark"),
        ("system", None, "light dark"),
        ("light", "light", "light"),
        ("dark", "dark", "dark"),
        ('"><script>', None, "light dark"),
    ],
)
def test_a_page_arrives_in_the_theme_that_the_browser_prefers(anonymous, cookie, attribute, scheme):
    if cookie:
        anonymous.cookies["vf_theme"] = cookie
    page = anonymous.get("/").content.decode()
    assert (f' data-theme="{attribute}"' in root_of(page)) is (attribute is not None)
    assert color_scheme_of(page) == scheme


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_the_form_keeps_the_theme_and_leads_back(anonymous, theme):
    headers = {**FROM_HERE, "referer": "http://testserver/billing/?page=2"}
    response = anonymous.post(PATH, {"theme": theme}, headers=headers)
    assert (response.status_code, response["Location"]) == (303, "/billing/?page=2")
    cookie = response.cookies["vf_theme"]
    assert (cookie.value, cookie["path"], cookie["samesite"], cookie["domain"]) == (theme, "/", "Lax", "")
    assert cookie["httponly"]
    assert cookie["max-age"] == 365 * 86_400
    page = anonymous.get("/").content.decode()
    assert f'value="{theme}" aria-pressed="true"' in page
    assert page.count('aria-pressed="true"') == 1


def test_the_cookie_is_secure_except_on_plain_http_in_development(settings, anonymous):
    assert not anonymous.post(PATH, {"theme": "dark"}).cookies["vf_theme"]["secure"]
    https = anonymous.post(PATH, {"theme": "dark"}, headers={"x-forwarded-proto": "https"})
    assert https.cookies["vf_theme"]["secure"]
    settings.VF_PRODUCTION = True
    assert anonymous.post(PATH, {"theme": "dark"}).cookies["vf_theme"]["secure"]


@pytest.mark.parametrize("form", [{}, {"theme": "pink"}, {"theme": ""}, {"other": "dark"}])
def test_an_unknown_preference_sets_no_cookie(anonymous, form):
    response = anonymous.post(PATH, form, headers=FROM_HERE)
    assert response.status_code == 303
    assert not response.cookies


@pytest.mark.parametrize(
    "referer",
    ["//evil.test", "https://evil.test/", "http://testserver@evil.test/", "javascript:alert(1)", "http://[", ""],
)
def test_the_form_never_leads_outside(anonymous, referer):
    headers = {**FROM_HERE, "referer": referer}
    assert anonymous.post(PATH, {"theme": "dark"}, headers=headers)["Location"] == "/"


def test_two_slashes_in_the_path_are_not_another_host(anonymous):
    headers = {**FROM_HERE, "referer": "http://testserver//evil.test/"}
    assert anonymous.post(PATH, {"theme": "dark"}, headers=headers)["Location"] == "/"


def test_a_page_does_not_repeat_its_query(anonymous):
    assert "SECRET" not in anonymous.get("/?token=SECRET").content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "https://evil.test"},
        {"origin": "https://evil.test"},
        {"origin": "null"},
    ],
)
def test_a_page_of_another_site_can_set_no_preference(headers):
    response = Client(enforce_csrf_checks=True).post(PATH, {"theme": "dark"}, headers=headers)
    assert response.status_code == 403
    assert not response.cookies


def test_the_form_works_without_a_token(anonymous):
    assert Client(enforce_csrf_checks=True).post(PATH, {"theme": "dark"}, headers=FROM_HERE).status_code == 303


def test_preferences_cannot_be_read(anonymous):
    assert anonymous.get(PATH).status_code == 405


def test_the_sign_in_page_on_traefiks_host_has_no_switch(anonymous):
    page = anonymous.get("/accounts/login/", headers={"host": "traefik.vfservices.localhost:8000"}).content.decode()
    assert "/preferences/" not in page
