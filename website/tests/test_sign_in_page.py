import re
from urllib.parse import quote

import pytest


def next_of(response):
    return re.search(r'<form [^>]*data-next="([^"]*)"', response.content.decode())[1]


@pytest.mark.parametrize(
    "target",
    [
        "/billing/?page=2",
        "/dashboard/",
        "http://traefik.vfservices.localhost:8000/dashboard/",
        "https://vfservices.localhost:8443/",
    ],
)
def test_the_form_goes_on_to_a_next_inside_the_platform(anonymous, target):
    assert next_of(anonymous.get(f"/accounts/login/?next={quote(target)}")) == target


@pytest.mark.parametrize(
    "target",
    [
        "//evil.test",
        "/\\evil.test",
        "/\t/evil.test",
        "https:evil.test",
        "javascript:alert(1)",
        "https://vfservices.localhost@evil.test/",
        "https://vfservices.localhost.evil.test/",
        "https://xvfservices.localhost/",
        "data:text/html,x",
        "/" + "a" * 3000,
        "",
    ],
)
def test_the_form_never_goes_on_to_a_next_outside(anonymous, target):
    assert next_of(anonymous.get(f"/accounts/login/?next={quote(target)}")) == "/dashboard/"


def test_the_form_does_not_go_on_to_itself(anonymous):
    assert next_of(anonymous.get("/accounts/login/?next=/accounts/login/%3Fnext=/billing/")) == "/dashboard/"


def test_a_signed_in_person_is_offered_to_go_on_instead_of_the_form(alice):
    page = alice.get("/accounts/login/?next=/billing/").content.decode()
    assert "Already signed in" in page
    assert "login-form" not in page
    assert 'href="/billing/">Continue' in page
    assert 'href="?switch=1&amp;next=%2Fbilling%2F">Sign in as someone else' in page


def test_a_page_that_was_asked_for_during_a_renewal_is_where_a_signed_in_person_goes_on(alice):
    response = alice.get("/accounts/login/?renew=1&next=/billing/%3Fpage=2")
    assert (response.status_code, response["Location"]) == (302, "/billing/?page=2")
    assert alice.get("/accounts/login/?renew=1&next=//evil.test")["Location"] == "/dashboard/"


@pytest.mark.parametrize(("query", "renews"), [("?renew=1&next=/billing/", True), ("?next=/billing/", False)])
def test_only_such_a_page_renews_by_itself(anonymous, query, renews):
    assert ("data-renew" in anonymous.get(f"/accounts/login/{query}").content.decode()) is renews


def test_a_signed_in_person_who_wants_to_be_someone_else_gets_the_form(alice):
    response = alice.get("/accounts/login/?switch=1&next=%2Fbilling%2F")
    assert 'id="login-form"' in response.content.decode()
    assert next_of(response) == "/billing/"


def test_after_signing_out_the_page_says_so(anonymous):
    assert "You’ve signed out." in anonymous.get("/accounts/login/?signed_out=1").content.decode()
    assert "You’ve signed out." not in anonymous.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "control",
    [
        r'<input [^>]*name="email" [^>]*autocomplete="username webauthn"',
        r'<input [^>]*name="password" [^>]*autocomplete="current-password"',
        r'<input [^>]*name="remember_me" type="checkbox"',
        r'<button [^>]*type="submit"',
    ],
)
def test_the_form_has_the_fields_that_password_managers_know(anonymous, control):
    page = anonymous.get("/accounts/login/").content.decode()
    assert len(re.findall(control, page)) == 1


def test_the_form_cannot_put_a_password_into_an_address(anonymous):
    page = anonymous.get("/accounts/login/").content.decode()
    assert re.search(r'<form id="login-form" method="post" action="/api/auth/login/"', page)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("failed=invalid_credentials", "Incorrect username or password."),
        ("failed=too_many_attempts&wait=900", "Too many sign-in attempts. Try again in 15 minutes."),
        ("failed=too_many_attempts&wait=1", "Too many sign-in attempts. Try again in 1 second."),
        ("failed=too_many_attempts&wait=-1", "Couldn&#x27;t sign you in. Try again in a moment."),
        ("failed=too_many_attempts&wait=99999999", "Couldn&#x27;t sign you in. Try again in a moment."),
        ("failed=%3Cb%3E", "Couldn&#x27;t sign you in. Try again in a moment."),
        ("step=mfa&failed=validation_failed", "Incorrect code. Each code works once."),
    ],
)
def test_a_form_that_failed_is_explained_without_javascript(anonymous, query, words):
    page = anonymous.get(f"/accounts/login/?next=/billing/&{query}").content.decode()
    assert f">{words}<" in page
    assert page.count('name="next" value="/billing/"') == 3


def test_the_step_after_the_password_is_shown_without_javascript(anonymous):
    page = anonymous.get("/accounts/login/?step=mfa&methods=totp").content.decode()
    assert '<div data-step="mfa">' in page
    assert '<div data-step="password" hidden>' in page
    assert '<div data-step="password">' in anonymous.get("/accounts/login/?step=evil").content.decode()


def test_without_javascript_the_page_says_what_is_missing(anonymous):
    page = anonymous.get("/accounts/login/").content.decode()
    assert re.search(r'<div class="without-script">\s*<p [^>]*>Without JavaScript, you can sign in', page)


@pytest.mark.parametrize("who", ["anonymous", "alice"])
def test_a_problem_with_cookies_is_explained_without_javascript_whoever_asks(request, who):
    page = request.getfixturevalue(who).get("/accounts/login/?problem=cookies&next=/billing/").content.decode()
    alert = re.search(r'<div class="alert[^>]*role="alert">(.*?)</div>', page, re.DOTALL)[1]
    assert "another cookie with the same name" in alert
    assert "Sign in again" in alert
    assert "delete the cookies of this site and of its parent domain" in alert


@pytest.mark.parametrize("problem", ["", "Cookies", "cookies ", "<b>cookies", "other&problem=x"])
def test_nothing_else_is_explained_or_shown(anonymous, problem):
    page = anonymous.get("/accounts/login/", {"problem": problem}).content.decode()
    assert "another cookie with the same name" not in page
    assert "<b>cookies" not in page
    assert quote(problem) not in page or problem == ""


@pytest.mark.parametrize(
    "problem",
    [
        "provider_refused",
        "provider_unavailable",
        "flow_ended",
        "sign_up_closed",
        "email_in_use",
        "email_missing",
        "invalid_credentials",
    ],
)
def test_a_failed_sign_in_with_another_provider_is_explained(anonymous, problem):
    page = anonymous.get("/accounts/login/", {"problem": problem}).content.decode()
    assert re.search(r'<p class="alert[^>]*role="alert">[^<]{20,}</p>', page)
