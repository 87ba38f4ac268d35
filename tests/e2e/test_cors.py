"""CORS in one place: Traefik answers preflight requests before authentication, and denials have the headers too."""

import pytest

from tests.conftest import NewClient
from tests.edge_client import EdgeClient


@pytest.fixture
def billing(new_client: NewClient) -> EdgeClient:
    """Return a client for billing's host, another origin than the pages'."""
    return new_client(subdomain="billing")


def test_a_preflight_from_a_page_is_answered_without_a_sign_in(billing: EdgeClient, client: EdgeClient) -> None:
    answer = billing.options(
        "/api/billing/summary/",
        headers={
            "Origin": client.origin,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization,x-csrftoken,idempotency-key",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == client.origin
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "idempotency-key" in answer.headers["access-control-allow-headers"].lower()


def test_a_denial_can_be_read_by_the_page_that_asked(billing: EdgeClient, client: EdgeClient) -> None:
    answer = billing.get("/api/billing/summary/", headers={"Origin": client.origin})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == client.origin
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize(
    "origin",
    ["null", "https://evil.test", "http://vfservices.localhost.evil.test", "http://xvfservices.localhost"],
)
def test_a_foreign_origin_is_never_allowed(billing: EdgeClient, origin: str) -> None:
    for method in ("OPTIONS", "GET"):
        answer = billing.request(
            method,
            "/api/billing/summary/",
            headers={"Origin": origin, "Access-Control-Request-Method": "GET"},
        )
        assert "access-control-allow-origin" not in answer.headers
        assert "Origin" in answer.headers["vary"]


def test_an_options_request_that_is_no_preflight_is_authenticated(billing: EdgeClient) -> None:
    assert billing.options("/api/billing/summary/").status_code == 401


def test_a_cookie_is_not_believed_on_a_post_from_a_foreign_page(alice: EdgeClient) -> None:
    headers = {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}
    assert alice.post("/api/billing/summary/", headers=headers).json()["code"] == "cross_site_request"
    assert alice.post("/api/auth/logout/", headers=headers).status_code == 403
    assert alice.get("/api/profile/").status_code == 200
