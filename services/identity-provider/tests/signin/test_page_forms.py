"""Forms that a page sends without a script: the response is a redirect."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from identity_provider.signin.models import Session
from rest_framework.test import APIClient
from tests.flows.factors import in_session, set_up

BROWSER = {
    "HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8",
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_ORIGIN": "http://vfservices.localhost",
}
LOGIN, LOGOUT, FACTOR = "/api/auth/login/", "/api/auth/logout/", "/api/auth/flow/mfa/"
RIGHT = {"email": "alice", "password": "correct horse 7"}


def send(client, path, /, *, headers=BROWSER, **fields):
    return client.post(path, urlencode(fields), content_type="application/x-www-form-urlencoded", **headers)


def query_of(response):
    assert (response.status_code, urlsplit(response["Location"]).path) == (303, "/accounts/login/")
    return {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}


def test_the_form_sets_the_cookies_and_leads_to_next(client, alice):
    response = send(client, LOGIN, **RIGHT, next="/accounts/profile/?tab=1", remember_me="on")
    assert (response.status_code, response["Location"]) == (303, "/accounts/profile/?tab=1")
    assert {"jwt", "jwt_refresh"} <= response.cookies.keys()
    assert (response.content, response["Cache-Control"]) == (b"", "no-store")
    assert Session.objects.get().remember


def test_a_client_that_accepts_only_html_is_redirected_too(client, alice):
    assert send(client, LOGIN, headers={**BROWSER, "HTTP_ACCEPT": "text/html"}, **RIGHT).status_code == 303


@pytest.mark.parametrize(
    "target", ["//evil.test/", "https://evil.test/", "/\\evil.test", "/api/auth/continue/", "javascript:alert(1)", ""]
)
def test_the_form_never_leads_out_of_the_platform(client, alice, target):
    assert send(client, LOGIN, **RIGHT, next=target)["Location"] == "/"
    assert query_of(send(client, LOGIN, email="alice", password="no", next=target))["next"] == "/"


def test_a_wrong_password_leads_back_to_the_page_which_explains_it(client, alice):
    response = send(client, LOGIN, email="alice", password="no", next="/billing/")
    assert query_of(response) == {"next": "/billing/", "failed": "invalid_credentials"}
    assert "jwt" not in response.cookies


def test_a_limit_leads_back_with_the_time_to_wait(client, alice):
    for _ in range(10):
        send(client, LOGIN, email="alice", password="no")
    query = query_of(send(client, LOGIN, **RIGHT))
    assert query["failed"] == "too_many_attempts"
    assert int(query["wait"]) > 0


def test_an_empty_form_leads_back(client, db):
    assert query_of(send(client, LOGIN)) == {"next": "/", "failed": "validation_failed"}


@pytest.mark.parametrize("path", [LOGIN, LOGOUT])
@pytest.mark.parametrize(
    "headers",
    [
        {**BROWSER, "HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://evil.test"},
        {**BROWSER, "HTTP_SEC_FETCH_SITE": "same-site", "HTTP_ORIGIN": "http://other.vfservices.localhost"},
        {"HTTP_ACCEPT": "text/html", "HTTP_ORIGIN": "https://evil.test"},
        {"HTTP_ACCEPT": "text/html", "HTTP_ORIGIN": "null"},
    ],
)
def test_a_form_of_another_site_signs_nobody_in_or_out_and_is_not_redirected(client, alice, path, headers):
    response = send(client, path, headers=headers, **RIGHT, next="/billing/")
    assert (response.status_code, response.json()["code"]) == (403, "cross_site_request")
    assert not response.cookies
    assert not Session.objects.exists()


def test_a_program_that_sends_a_form_gets_json(client, alice):
    response = send(client, LOGIN, headers={"HTTP_ACCEPT": "*/*"}, **RIGHT, next="/billing/")
    assert (response.status_code, response.json()["username"]) == (200, "alice")


def test_two_cookies_with_one_name_lead_to_their_explanation(client, alice):
    response = send(client, FACTOR, headers={**BROWSER, "HTTP_COOKIE": "vf_flow=a; vf_flow=b"}, code="1", next="/a/")
    assert query_of(response) == {"next": "/a/", "problem": "cookies"}


def test_a_second_factor_is_a_form_as_well(client, alice):
    app, _ = set_up(in_session(APIClient(SERVER_NAME="vfservices.localhost"), alice))
    first = query_of(send(client, LOGIN, **RIGHT, next="/billing/"))
    assert (first["next"], first["step"]) == ("/billing/", "mfa")
    assert "totp" in first["methods"].split(",")
    wrong = query_of(send(client, FACTOR, code="000000", next="/billing/"))
    assert (wrong["step"], wrong["failed"]) == ("mfa", "validation_failed")
    right = send(client, FACTOR, code=app.code(), next="/billing/")
    assert (right.status_code, right["Location"]) == (303, "/billing/")
    assert "jwt" in right.cookies


def test_a_flow_that_has_ended_leads_to_the_first_form(client, db):
    assert query_of(send(client, FACTOR, code="000000", next="/a/")) == {"next": "/a/", "failed": "flow_ended"}


def test_signing_out_is_a_form_as_well(client, alice):
    send(client, LOGIN, **RIGHT)
    response = send(client, LOGOUT, next="/accounts/login/?signed_out=1")
    assert (response.status_code, response["Location"]) == (303, "/accounts/login/?signed_out=1")
    assert response.cookies["jwt"]["max-age"] == 0
    assert Session.objects.get().revoked_at is not None
