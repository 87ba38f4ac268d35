"""Sign-up, codes and new passwords through the whole platform, with emails read from its page."""

import html
import re
import time
import uuid
from collections.abc import Callable

import pytest

from runner import Platform
from tests.edge_client import EdgeClient

WITHIN_SECONDS = 10.0


def code_for(client: EdgeClient, address: str) -> str:
    """Return the code of the latest email to this address."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline:
        page = client.get("/api/mails/")
        assert page.status_code == 200
        for mail in re.findall(r"<article.*?</article>", html.unescape(page.text), re.DOTALL):
            if f"<dd>{address}</dd>" in mail and (found := re.search(r"^[A-Z0-9]+(-[A-Z0-9]+)+$", mail, re.MULTILINE)):
                return found.group()
        time.sleep(0.1)
    raise AssertionError(f"no email with a code to {address}")


@pytest.fixture
def address() -> str:
    return f"{uuid.uuid4().hex[:12]}@example.test"


def sign_up(client: EdgeClient, address: str) -> None:
    name, password = address.partition("@")[0], "correct horse 7"
    answer = client.post("/api/auth/flow/sign-up/", json={"username": name, "email": address, "password": password})
    assert (answer.status_code, answer.json()["step"]) == (401, "verify_email")
    answer = client.post("/api/auth/flow/email/verify/", json={"code": code_for(client, address)})
    assert (answer.status_code, answer.json()["email"]) == (200, address)


def test_a_new_user_signs_up_signs_in_with_a_code_and_sets_a_new_password(
    client: EdgeClient, new_client: Callable[[], EdgeClient], address: str
) -> None:
    sign_up(client, address)
    assert client.get("/api/profile/").json()["email"] == address
    by_code = new_client()
    assert by_code.post("/api/auth/flow/code/request/", json={"email": address}).status_code == 202
    assert by_code.post("/api/auth/flow/code/confirm/", json={"code": code_for(by_code, address)}).status_code == 200
    assert by_code.get("/api/profile/").status_code == 200
    reset = new_client()
    assert reset.post("/api/auth/flow/password/request/", json={"email": address}).status_code == 202
    body = {"code": code_for(reset, address), "new_password": "another horse 8"}
    assert reset.post("/api/auth/flow/password/reset/", json=body).status_code == 204
    deadline = time.monotonic() + 5
    while client.get("/api/profile/").status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert client.get("/api/profile/").json()["code"] == "token_revoked"
    login = {"username": address, "password": "another horse 8"}
    assert reset.post("/api/auth/login/", json=login).status_code == 200


def test_a_new_address_is_in_the_next_access_token(client: EdgeClient, address: str) -> None:
    sign_up(client, address)
    new = f"new-{address}"
    body = {"email": new, "current_password": "correct horse 7"}
    assert client.post("/api/auth/account/email/", json=body).status_code == 202
    answer = client.post("/api/auth/account/email/verify/", json={"code": code_for(client, new)})
    assert answer.status_code == 200, answer.text
    assert client.post("/api/auth/refresh/").status_code == 200
    assert client.get("/api/profile/").json()["email"] == new


@pytest.mark.parametrize("path", ["flow/", "flow/login/", "flow/../account/email/", "flow/%2e%2e/account/export/"])
def test_nothing_else_is_public_below_the_flows(client: EdgeClient, path: str) -> None:
    assert client.get(f"/api/auth/{path}").status_code in (400, 401, 404)


def test_account_management_needs_a_verified_token(client: EdgeClient, address: str) -> None:
    for path in ("account/email/", "account/export/"):
        answer = client.get(f"/api/auth/{path}", headers={"X-User-Id": "usr_demo_alice"})
        assert answer.status_code == 401


def test_the_dashboards_host_has_the_steps_too(platform: Platform, new_client: Callable[..., EdgeClient]) -> None:
    host = new_client(subdomain="traefik")
    answer = host.post("/api/auth/flow/code/confirm/", json={"code": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "flow_ended")
