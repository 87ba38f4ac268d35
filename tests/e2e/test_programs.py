"""Programs through the whole platform: a credential is exchanged, the edge accepts the result, and a revocation ends it
at once.
"""

import time
from collections.abc import Callable

import httpx
import pytest

from tests.edge_client import EdgeClient

EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
}
WITHIN_SECONDS = 2.0


@pytest.fixture
def admin(client: EdgeClient) -> EdgeClient:
    assert client.sign_in("admin").status_code == 200
    return client


def create(client: EdgeClient, *scopes: str) -> dict[str, str]:
    answer = client.post("/api/auth/tokens/", json={"name": "e2e", "scopes": list(scopes), "expires_in_days": 1})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def bearer(client: EdgeClient, secret: str) -> dict[str, str]:
    answer = client.post("/api/auth/token/", data={**EXCHANGE, "subject_token": secret})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def soon(ask: Callable[[], httpx.Response], status: int) -> httpx.Response:
    deadline = time.monotonic() + WITHIN_SECONDS
    while (answer := ask()).status_code != status and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer


def test_a_program_has_its_scopes_at_the_edge_and_is_out_when_its_token_is_revoked(
    admin: EdgeClient, new_client: Callable[[], EdgeClient]
) -> None:
    program = new_client()
    plain, operator = create(admin, "admin"), create(admin, "operator")
    with_plain, with_operator = bearer(program, plain["token"]), bearer(program, operator["token"])
    for path in ("/api/billing/summary/", "/api/inventory/items/", "/api/profile/"):
        assert program.get(path, headers=with_plain).status_code == 200, path
    assert program.get("/api/auth/users/", headers=with_operator).status_code == 200
    refused = program.get("/api/auth/users/", headers=with_plain)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_required")
    escalated = program.post("/api/auth/tokens/", json={"name": "x", "scopes": ["operator"]}, headers=with_plain)
    assert (escalated.status_code, escalated.json()["code"]) == (403, "program_not_allowed")
    assert admin.delete(f"/api/auth/tokens/{plain['id']}/").status_code == 204
    ended = soon(lambda: program.get("/api/billing/summary/", headers=with_plain), 401)
    assert (ended.status_code, ended.json()["code"]) == (401, "token_revoked")
    assert program.get("/api/billing/summary/", headers=with_operator).status_code == 200
    again = program.post("/api/auth/token/", data={**EXCHANGE, "subject_token": plain["token"]})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    admin.delete(f"/api/auth/tokens/{operator['id']}/")


def test_a_personal_access_token_itself_is_no_credential_at_the_edge(admin: EdgeClient) -> None:
    secret = create(admin)["token"]
    answer = admin.get("/api/billing/summary/", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_opaque")


@pytest.mark.parametrize("path", ["/api/auth/users", "/api/auth/users/", "/api/auth/roles/", "/api/auth/users/x/lock/"])
def test_the_endpoints_for_operators_are_closed_to_everyone_else(
    client: EdgeClient, new_client: Callable[[], EdgeClient], path: str
) -> None:
    assert new_client().get(path).status_code == 401
    assert client.sign_in("alice").status_code == 200
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_required")


def test_the_metadata_leads_to_the_token_endpoint(client: EdgeClient) -> None:
    document = client.get("/.well-known/oauth-authorization-server").json()
    assert document["token_endpoint"].endswith("/api/v1/auth/token/")
    answer = client.post("/api/v1/auth/token/", data={"grant_type": "client_credentials"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
