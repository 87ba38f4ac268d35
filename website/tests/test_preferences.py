"""The language that a browser prefers: a cookie, which a form sets without scripts."""

import pytest
from django.test import Client

PATH = "/preferences/"
FROM_HERE = {"sec-fetch-site": "same-origin"}


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_form_keeps_the_language_and_leads_back(anonymous, language):
    headers = {**FROM_HERE, "referer": "http://testserver/billing/?page=2"}
    response = anonymous.post(PATH, {"language": language}, headers=headers)
    assert (response.status_code, response["Location"]) == (303, "/billing/?page=2")
    cookie = response.cookies["vf_language"]
    assert (cookie.value, cookie["path"], cookie["samesite"], cookie["domain"]) == (language, "/", "Lax", "")
    assert cookie["httponly"]
    assert cookie["max-age"] == 365 * 86_400


def test_the_cookie_is_secure_except_on_plain_http_in_development(settings, anonymous):
    assert not anonymous.post(PATH, {"language": "de"}).cookies["vf_language"]["secure"]
    https = anonymous.post(PATH, {"language": "de"}, headers={"x-forwarded-proto": "https"})
    assert https.cookies["vf_language"]["secure"]
    settings.VF_PRODUCTION = True
    assert anonymous.post(PATH, {"language": "de"}).cookies["vf_language"]["secure"]


@pytest.mark.parametrize("form", [{}, {"language": "tlh"}, {"language": ""}, {"other": "de"}])
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
    assert anonymous.post(PATH, {"language": "de"}, headers=headers)["Location"] == "/"


def test_two_slashes_in_the_path_are_not_another_host(anonymous):
    headers = {**FROM_HERE, "referer": "http://testserver//evil.test/"}
    assert anonymous.post(PATH, {"language": "de"}, headers=headers)["Location"] == "/"


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
    response = Client(enforce_csrf_checks=True).post(PATH, {"language": "de"}, headers=headers)
    assert response.status_code == 403
    assert not response.cookies


def test_the_form_works_without_a_token(anonymous):
    assert Client(enforce_csrf_checks=True).post(PATH, {"language": "de"}, headers=FROM_HERE).status_code == 303


def test_preferences_cannot_be_read(anonymous):
    assert anonymous.get(PATH).status_code == 405


def test_the_sign_in_page_on_traefiks_host_has_no_switch(anonymous):
    page = anonymous.get("/accounts/login/", headers={"host": "traefik.vfservices.localhost:8000"}).content.decode()
    assert "/preferences/" not in page
