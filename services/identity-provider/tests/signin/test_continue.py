"""``GET /api/auth/continue/``."""

from urllib.parse import quote

import pytest
from django.utils import timezone
from identity_provider.signin.models import RefreshToken, Session

CONTINUE = "/api/auth/continue/"


def test_with_a_valid_refresh_token_it_renews_the_cookies_and_goes_on(client, sign_in, alice):
    old = sign_in(remember_me=True).cookies["jwt_refresh"].value
    response = client.get(CONTINUE, {"next": "/billing/?page=2"})
    assert (response.status_code, response["Location"]) == (302, "/billing/?page=2")
    assert response.cookies["jwt_refresh"].value != old
    assert response.cookies["jwt"]["max-age"] == 86400
    assert response["Cache-Control"] == "no-store"


def test_without_one_it_goes_to_the_login_page_and_touches_no_sign_in_cookie(client, db):
    response = client.get(CONTINUE, {"next": "/billing/?page=2"})
    assert response["Location"] == "/accounts/login/?next=%2Fbilling%2F%3Fpage%3D2"
    assert set(response.cookies) == {"vf_continue"}


def test_with_a_dead_session_it_goes_to_the_login_page_and_keeps_the_cookies(client, sign_in, alice):
    sign_in()
    Session.objects.update(revoked_at=timezone.now())
    response = client.get(CONTINUE, {"next": "/billing/"})
    assert response["Location"] == "/accounts/login/?next=%2Fbilling%2F"
    assert set(response.cookies) == {"vf_continue"}


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
        "https://evilvfservices.localhost/",
        "https://evil.test/",
        "///evil.test",
        " https://evil.test",
        "/x\r\nSet-Cookie: a=b",
        "",
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_target_outside_of_the_platform_becomes_the_front_page(client, sign_in, alice, target, signed_in):
    if signed_in:
        sign_in()
    location = client.get(f"{CONTINUE}?next={quote(target)}")["Location"]
    assert location == ("/" if signed_in else "/accounts/login/?next=%2F")


@pytest.mark.parametrize("target", ["https://traefik.vfservices.localhost:8443/dashboard/", "/a%2Fb?c=%5C#d"])
def test_a_target_inside_is_kept_as_it_is(client, sign_in, alice, target):
    sign_in()
    assert client.get(CONTINUE, {"next": target})["Location"] == target


def test_it_never_goes_back_to_itself(client, sign_in, alice):
    sign_in()
    assert client.get(CONTINUE, {"next": "/api/auth/continue/?next=/x/"})["Location"] == "/"


def test_a_browser_that_is_sent_back_again_and_again_ends_at_the_login_page(client, sign_in, alice):
    sign_in()
    locations = [client.get(CONTINUE, {"next": "/billing/"})["Location"] for _ in range(6)]
    assert locations == ["/billing/"] * 5 + ["/accounts/login/?next=%2Fbilling%2F&problem=cookies"]


def test_looking_at_it_with_head_rotates_nothing(client, sign_in, alice):
    sign_in()
    client.head(CONTINUE, {"next": "/"})
    assert RefreshToken.objects.get().rotated_at is None


def test_with_subdomains_the_login_page_is_on_the_base_domain(client, db, configure):
    configure(login_origins=("https://vfservices.localhost:8443", "http://vfservices.localhost:8000"))
    response = client.get(CONTINUE, {"next": "/"}, headers={"X-Forwarded-Proto": "https"})
    assert response["Location"].startswith("https://vfservices.localhost:8443/accounts/login/?")
    assert client.get(CONTINUE)["Location"].startswith("http://vfservices.localhost:8000/accounts/login/?")


def test_only_get_is_answered(client, db):
    assert client.post(CONTINUE).status_code == 405
