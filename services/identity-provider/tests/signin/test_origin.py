"""The cross-site rule of the three POSTs."""

import pytest
from identity_provider.signin.models import RefreshToken, Session

OWN = "http://vfservices.localhost:8000"
CROSS_SITE = [
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Origin": "http://vfservices.localhost.evil.test:8000"},
    {"Origin": "http://xvfservices.localhost:8000"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"},
]


@pytest.mark.parametrize("path", ["login", "logout", "refresh"])
@pytest.mark.parametrize("headers", CROSS_SITE)
def test_another_sites_request_is_refused_before_its_body_is_read(client, sign_in, alice, path, headers):
    sign_in()
    response = client.post(f"/api/auth/{path}/", "{not json", content_type="application/json", headers=headers)
    assert (response.status_code, response.json()["code"]) == (403, "cross_site_request")
    assert not response.cookies
    assert Session.objects.get().revoked_at is None
    assert RefreshToken.objects.get().rotated_at is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-site", "Origin": OWN},
        {"Origin": OWN},
        {"Origin": "https://website.vfservices.localhost:8443"},
        {"Origin": "http://localhost:8000"},
    ],
)
def test_our_own_pages_and_programs_are_let_through(sign_in, client, alice, headers):
    body = {"username": "alice", "password": "correct horse 7"}
    assert client.post("/api/auth/login/", body, format="json", headers=headers).status_code == 200


def test_the_host_that_serves_the_request_is_its_own_origin(client, alice):
    """The dashboard's host has a login page too, and a browser on plain HTTP sends no Sec-Fetch-Site everywhere."""
    host = "traefik.vfservices.localhost:8000"
    body = {"username": "alice", "password": "correct horse 7"}
    response = client.post(
        "/api/auth/login/", body, format="json", HTTP_HOST=host, headers={"Origin": f"http://{host}"}
    )
    assert response.status_code == 200


def test_an_extra_origin_of_the_settings_is_let_through(client, db, configure):
    configure(sessions={"allowed_origins": frozenset({"https://partner.test"})})
    assert client.post("/api/auth/logout/", headers={"Origin": "https://partner.test"}).status_code == 204
