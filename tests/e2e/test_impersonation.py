"""An operator acts as a user through the whole platform: each page and token says so, and its end is known at once."""

import base64
import json
import time

from runner import Platform
from tests.conftest import NewClient
from tests.edge_client import EdgeClient

ALICE = "usr_demo_alice"
STOP, SUMMARY, PROFILE = "/api/auth/impersonation/stop/", "/api/billing/summary/", "/api/profile/"
WITHIN_SECONDS = 2.0


def act_as_alice(admin: EdgeClient) -> dict[str, str]:
    """Return the header with the access token, for use after the cookies are gone."""
    body = {"reason": "To see what Alice sees"}
    answer = admin.post(f"/api/auth/users/{ALICE}/impersonate/", json=body)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.cookies['jwt']}"}


def assert_revoked(client: EdgeClient, bearer: dict[str, str]) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while (answer := client.get(SUMMARY, headers=bearer)).status_code != 401 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


def test_the_logs_of_gateway_and_services_name_both(platform: Platform, admin: EdgeClient) -> None:
    act_as_alice(admin)
    assert admin.get(SUMMARY).status_code == 200
    for component in ("gateway-auth", "billing"):
        deadline = time.monotonic() + WITHIN_SECONDS
        while not (lines := named_both(platform.log(component, 500))) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert lines, component
    admin.post(STOP)


def named_both(log: str) -> list[str]:
    return [line for line in log.splitlines() if ALICE in line and "actor" in line and "usr_demo_admin" in line]


def test_the_operator_sees_what_the_user_sees_and_changes_nothing(admin: EdgeClient, new_client: NewClient) -> None:
    bearer = act_as_alice(admin)
    payload = bearer["Authorization"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert (claims["sub"], claims["act"]) == (ALICE, {"sub": "usr_demo_admin"})
    profile = admin.get(PROFILE).json()
    assert (profile["username"], profile["impersonated_by"]) == ("alice", "admin")
    assert admin.get(SUMMARY).status_code == 200
    assert "You are acting as <strong>alice</strong>" in admin.get("/accounts/profile/").text
    refused = admin.patch(PROFILE, json={"name": "Mallory"})
    assert (refused.status_code, refused.json()["code"]) == (403, "impersonated")
    assert admin.get("/api/auth/users/").json()["code"] == "role_required"
    assert admin.post(STOP).status_code == 204
    assert_revoked(new_client(), bearer)
    assert admin.get(PROFILE).status_code == 401


def test_the_user_ends_it(alice: EdgeClient, admin: EdgeClient, new_client: NewClient) -> None:
    bearer = act_as_alice(admin)
    [session] = [one for one in alice.get("/api/auth/sessions/").json() if one["by_operator"]]
    assert "acting as" not in alice.get("/accounts/profile/").text
    assert alice.delete(f"/api/auth/sessions/{session['id']}/").status_code == 204
    assert_revoked(new_client(), bearer)
    assert admin.post("/api/auth/refresh/").status_code == 401


def test_an_anonymous_request_and_a_users_own_session_stop_nothing(alice: EdgeClient, new_client: NewClient) -> None:
    assert new_client().post(STOP).status_code == 401
    assert alice.post(STOP).json()["code"] == "not_impersonating"
    assert alice.get(PROFILE).status_code == 200
