"""From the password to the last 401, through the real Traefik."""

import time
from datetime import datetime
from urllib.parse import unquote

import pytest

from tests.edge_client import EdgeClient


def test_signing_in_sets_the_two_token_cookies_and_the_refresh_cookie(client: EdgeClient) -> None:
    answer = client.sign_in("alice")
    cookies = {line.partition("=")[0]: line.lower() for line in answer.headers.get_list("set-cookie")}
    known = cookies.pop("vf_known")  # not a credential: outlives the session, unreadable for scripts
    assert "httponly" in known
    assert "path=/api/auth/;" in f"{known};"
    assert set(cookies) == {"jwt", "jwt_token", "jwt_refresh"}
    assert "httponly" in cookies["jwt"]
    assert "httponly" in cookies["jwt_refresh"]
    assert "httponly" not in cookies["jwt_token"]
    assert "path=/api/auth/" in cookies["jwt_refresh"]
    assert all("samesite=lax" in cookie for cookie in cookies.values())
    assert not any("max-age" in cookie or "domain=" in cookie for cookie in cookies.values())
    assert client.cookies["jwt"] == client.cookies["jwt_token"]


def test_remember_me_makes_the_cookies_outlive_the_browser(client: EdgeClient) -> None:
    answer = client.sign_in("alice", remember_me=True)
    assert "max-age=86400" in next(
        line.lower() for line in answer.headers.get_list("set-cookie") if line.startswith("jwt_refresh=")
    )


@pytest.mark.parametrize("name", ["alice", "alice@example.test"])
def test_a_form_signs_in_with_a_user_name_or_an_email_address(client: EdgeClient, name: str) -> None:
    answer = client.post("/api/auth/login/", data={"email": name, "password": "alice123"})
    assert answer.status_code == 200
    assert client.get("/api/profile/").json()["username"] == "alice"


def test_a_wrong_password_and_an_unknown_user_get_the_same_words(client: EdgeClient) -> None:
    answers = [
        client.post("/api/auth/login/", json={"username": name, "password": "not the password"})
        for name in ("alice", "nobody-of-this-name")
    ]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
    first, second = ({**answer.json(), "request_id": ""} for answer in answers)
    assert first == second


def test_the_profile_says_who_it_is_and_when(alice: EdgeClient) -> None:
    profile = alice.get("/api/profile/").json()
    assert profile["username"] == "alice"
    assert profile["email"] == "alice@example.test"
    assert profile["roles"] == ["customer"]
    assert datetime.fromisoformat(profile["timestamp"]).tzinfo is not None


def test_a_bearer_token_does_what_the_cookie_does(client: EdgeClient, alice: EdgeClient) -> None:
    token = alice.cookies["jwt_token"]
    assert client.get("/api/profile/", headers={"Authorization": f"Bearer {token}"}).json()["username"] == "alice"


def test_refreshing_gives_new_tokens_that_work(alice: EdgeClient) -> None:
    before = dict(alice.cookies)
    assert alice.post("/api/auth/refresh/").status_code == 200
    assert alice.cookies["jwt"] != before["jwt"]
    assert alice.cookies["jwt_refresh"] != before["jwt_refresh"]
    assert alice.get("/api/profile/").status_code == 200


def test_after_signing_out_a_copy_of_the_cookies_is_refused_at_the_edge(alice: EdgeClient, client: EdgeClient) -> None:
    alice.copy_cookies_to(client)
    assert client.get("/api/billing/summary/").status_code == 200
    assert alice.post("/api/auth/logout/").status_code == 204
    deadline = time.monotonic() + 5
    while (answer := client.get("/api/billing/summary/")).status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_revoked"
    assert client.post("/api/auth/refresh/").status_code == 401


def test_signing_out_deletes_the_cookies(alice: EdgeClient) -> None:
    alice.post("/api/auth/logout/")
    assert set(alice.cookies) == {"vf_known"}


def test_a_page_without_a_sign_in_leads_to_the_login_page_and_remembers_where_to_go(client: EdgeClient) -> None:
    step = client.get("/billing/", headers={"Sec-Fetch-Mode": "navigate", "Accept": "text/html"})
    assert step.status_code == 302
    assert unquote(step.headers["location"]) == "/api/auth/continue/?next=/billing/"
    step = client.get(step.headers["location"])
    assert step.status_code == 302
    assert unquote(step.headers["location"]).endswith("/accounts/login/?next=/billing/")
    assert client.get(step.headers["location"]).status_code == 200


def test_a_page_with_an_expired_token_comes_back_renewed_without_the_login_page(alice: EdgeClient) -> None:
    for name in ("jwt", "jwt_token"):
        alice.cookies.delete(name)
    step = alice.get("/billing/", headers={"Sec-Fetch-Mode": "navigate"})
    step = alice.get(step.headers["location"])
    assert (step.status_code, step.headers["location"]) == (302, "/billing/")
    assert alice.get("/billing/").status_code == 200


@pytest.mark.parametrize("target", ["//evil.test/", "https://evil.test/", "/\\evil.test", "https:evil.test"])
def test_continue_never_leads_out_of_the_platform(alice: EdgeClient, target: str) -> None:
    step = alice.get("/api/auth/continue/", params={"next": target})
    assert step.status_code == 302
    assert "evil" not in step.headers["location"]
