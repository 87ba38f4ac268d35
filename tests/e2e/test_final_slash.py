"""API paths without the final slash, through the real Traefik: the response with the slash, and no redirect."""

import time

import httpx
import pytest

from runner import Platform
from tests.conftest import NewClient
from tests.edge_client import DEMO_PASSWORDS, EdgeClient
from tests.raw_http import status_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
SIGN_IN = ("/api/auth/login/", "/api/auth/refresh/", "/api/auth/logout/", "/api/auth/continue/")
PUBLIC = ("/api/docs/", "/api/schema/")
PROTECTED = (
    "/api/",
    "/api/profile/",
    "/api/auth/",
    "/api/auth/password/",
    "/api/auth/sessions/",
    "/api/auth/sessions/ses_nobodys/",
    "/api/auth/sessions/revoke-all/",
    "/api/billing/",
    "/api/billing/summary/",
    "/api/billing/transactions/",
    "/api/billing/schema/",
    "/api/inventory/",
    "/api/inventory/items/",
    "/api/inventory/items/1/",
    "/api/inventory/items/0/",
    "/api/inventory/schema/",
    "/api/nothing/",
)
READS = ("GET", "HEAD")


def versioned(path: str) -> str:
    """Return the versioned form of a path."""
    return path.replace("/api/", "/api/v1/", 1)


def facts(answer: httpx.Response) -> tuple[object, ...]:
    """Return the comparable parts of a response, without time and request ID."""
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    words = (answer.json()["code"], answer.json()["detail"]) if is_problem and answer.content else ()
    kept = (
        "content-type",
        "location",
        "allow",
        "cache-control",
        "www-authenticate",
        "vary",
        "content-security-policy",
        "content-disposition",
    )
    return answer.status_code, words, *(answer.headers.get(name) for name in kept)


@pytest.mark.parametrize("path", [*SIGN_IN, *PUBLIC, *PROTECTED])
@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_gets_the_same_answer_without_the_final_slash(client: EdgeClient, method: str, path: str) -> None:
    with_slash, without = (client.request(method, form) for form in (path, path.rstrip("/")))
    assert facts(without) == facts(with_slash)
    if path in PROTECTED:
        assert without.status_code == 401


@pytest.mark.parametrize("path", [*PUBLIC, *PROTECTED])
def test_a_signed_in_person_gets_the_same_answer_without_the_final_slash(alice: EdgeClient, path: str) -> None:
    for method in READS:
        with_slash, without = (alice.request(method, form) for form in (path, path.rstrip("/")))
        assert facts(without) == facts(with_slash)
        assert without.status_code in (200, 404, 405)


@pytest.mark.parametrize("subdomain", ["identity", "billing", "inventory"])
def test_the_hosts_of_the_services_take_both_forms(new_client: NewClient, alice: EdgeClient, subdomain: str) -> None:
    path = {"identity": "/api/profile", "billing": "/api/billing/summary", "inventory": "/api/inventory/items"}
    client = new_client(subdomain=subdomain)
    alice.copy_cookies_to(client)
    assert client.get(path[subdomain]).status_code == 200


def test_pages_of_a_list_lead_on_from_either_form(alice: EdgeClient) -> None:
    first = alice.get("/api/inventory/items", params={"page_size": 1}).json()
    assert "/api/inventory/items/?page=2" in first["next"]


@pytest.mark.parametrize("subdomain", ["", "website", "identity", "traefik"])
def test_a_whole_sign_in_without_a_final_slash_anywhere(new_client: NewClient, subdomain: str) -> None:
    client = new_client(subdomain=subdomain)
    credentials = {"username": "alice", "password": DEMO_PASSWORDS["alice"]}
    assert client.post("/api/auth/login", json=credentials).status_code == 200
    assert {cookie.name: cookie.path for cookie in client.cookies.jar}["vf_known"] == "/api/auth/"
    before = client.cookies["jwt"]
    assert client.post("/api/auth/refresh").status_code == 200
    token = client.cookies["jwt"]
    assert token != before
    step = client.get("/api/auth/continue", params={"next": "/billing/"})
    assert (step.status_code, step.headers["location"]) == (302, "/billing/")
    token = client.cookies["jwt"]
    ended = client.post("/api/auth/logout")
    assert (ended.status_code, set(client.cookies)) == (204, {"vf_known", "vf_continue"})
    _await_refusal(client, token)


def _await_refusal(client: EdgeClient, token: str) -> None:
    """Wait until the session is revoked, not only missing in this browser."""
    bearer, path = {"Authorization": f"Bearer {token}"}, "/api/profile"
    if client.headers["Host"].startswith("traefik."):
        path = "/api/overview"
    deadline = time.monotonic() + 5
    while (answer := client.get(path, headers=bearer)).json().get("code") != "token_revoked":
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.02)


def test_sessions_can_be_ended_without_the_final_slash(new_client: NewClient) -> None:
    here, there = new_client(), new_client()
    here.sign_in("bob")
    there.sign_in("bob")
    [current] = [entry["id"] for entry in there.get("/api/auth/sessions").json() if entry["current"]]
    assert here.delete(f"/api/auth/sessions/{current}").status_code == 204
    assert there.post("/api/auth/refresh").status_code == 401
    assert here.post("/api/auth/sessions/revoke-all").json()["revoked_sessions"] >= 1


def test_circles_end_at_either_form(alice: EdgeClient) -> None:
    forms = ("/api/auth/continue/", "/api/auth/continue")
    ends = [alice.get(forms[turn % 2], params={"next": "/x/"}).headers["location"] for turn in range(6)]
    assert ends[:5] == ["/x/"] * 5
    assert "/accounts/login/" in ends[5]


@pytest.mark.parametrize("path", [*SIGN_IN, *PUBLIC, *PROTECTED])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_an_anonymous_request_gets_one_answer_at_both_forms(client: EdgeClient, method: str, path: str) -> None:
    alias = client.request(method, path)
    for form in (versioned(path), versioned(path).rstrip("/")):
        assert facts(client.request(method, form)) == facts(alias)
    if path in PROTECTED:
        assert alias.status_code == 401


@pytest.mark.parametrize("path", [*PUBLIC, *PROTECTED])
def test_a_signed_in_user_gets_one_answer_at_both_forms(alice: EdgeClient, path: str) -> None:
    assert facts(alice.get(versioned(path))) == facts(alice.get(path))


def test_operators_and_no_others_use_the_versioned_form(alice: EdgeClient, admin: EdgeClient) -> None:
    for path in ("/api/v1/auth/users/", "/api/v1/auth/users", "/api/v1/auth/roles/", "/api/v1/auth/audit/"):
        answer = alice.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_required")
        assert admin.get(path).status_code == 200


@pytest.mark.parametrize("subdomain", ["", "identity", "traefik"])
def test_a_whole_sign_in_at_the_versioned_form_and_back(new_client: NewClient, subdomain: str) -> None:
    client = new_client(subdomain=subdomain)
    credentials = {"username": "alice", "password": DEMO_PASSWORDS["alice"]}
    assert client.post("/api/v1/auth/login/", json=credentials).status_code == 200
    assert {cookie.path for cookie in client.cookies.jar if cookie.name == "jwt_refresh"} == {
        "/api/auth/",
        "/api/v1/auth/",
    }
    assert client.post("/api/auth/refresh/").status_code == 200
    assert client.post("/api/v1/auth/refresh/").status_code == 200
    step = client.get("/api/auth/continue/", params={"next": "/billing/"})
    assert (step.status_code, step.headers["location"]) == (302, "/billing/")
    assert client.post("/api/v1/auth/logout/").status_code == 204
    assert "jwt_refresh" not in {cookie.name for cookie in client.cookies.jar}


LOOKALIKES = (
    "/api/auth/loginx",
    "/api/auth/login/x",
    "/api/auth/login%0a",
    "/api/auth/login;x",
    "/api/auth",
    "/api/docsx",
    "/api/schemax",
    "/apix",
    "/x/api/auth/login",
    "/api/v1/auth/loginx",
    "/api/v1/auth/login/x",
    "/api/v1/auth/login%0a",
    "/api/v1/auth/login;x",
    "/api/v1/auth",
    "/api/v1",
    "/api/v1/",
    "/api/v1x/auth/login",
    "/api/v1/v1/auth/login",
    "/api/v2/auth/login/",
    "/api/v1%2fauth/login/",
    "/api/%76%31x/auth/login/",
    "/api/v1/../v1/profile/",
    "/api/v1/auth/flow/../../profile/",
    "/api/v1/auth/flow/%2e%2e/%2e%2e/profile/",
    "/api/v1/schemax",
    "/api/v1/docs/../profile/",
    "/v1/auth/login/",
)


@pytest.mark.parametrize("path", LOOKALIKES)
def test_no_other_address_has_become_public(platform: Platform, path: str) -> None:
    """400: malformed; 401: protected; 404: a page path that does not exist."""
    assert status_of(platform.settings.ports.http, path, host="vfservices.localhost") in (400, 401, 404)


def test_a_page_keeps_its_redirect(alice: EdgeClient) -> None:
    step = alice.get("/billing")
    assert (step.status_code, step.headers["location"]) == (301, "/billing/")


@pytest.mark.parametrize("form", ["/api/", "/api/v1/"])
def test_the_apis_own_list_and_openapi_name_the_form_of_their_request(alice: EdgeClient, form: str) -> None:
    listed = {endpoint["path"] for endpoint in alice.get(form).json()["endpoints"]}
    documents = (f"{form}schema", f"{form}billing/schema", f"{form}inventory/schema")
    described = {
        path for document in documents for path in alice.get(document, params={"format": "json"}).json()["paths"]
    }
    assert len(listed) > 50 < len(described)
    assert {path for path in listed | described if not path.endswith("/")} == {
        "/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server",
    }
    apis = {path for path in listed | described if not path.startswith("/.well-known/")}
    assert {path for path in apis if not path.startswith(form)} == set()
    if form == "/api/":
        assert {path for path in apis if path.startswith("/api/v1/")} == set()


ANYWHERE = (
    "/api/",
    "/api/nothing/",
    "/api/auth/users/",
    "/.well-known/x",
    "/metrics",
    "/admin/",
    "/operators/x",
    "/static/x",
)


@pytest.mark.parametrize(
    "cookies", ["vf_language=de", "vf_language=en", "a=b; vf_language=en", "vf_language=de; vf_language=en"]
)
@pytest.mark.parametrize("path", ANYWHERE)
def test_the_cookie_of_the_language_opens_no_other_route(client: EdgeClient, path: str, cookies: str) -> None:
    """It chooses among routers of the website, whose priorities stay below the others'."""
    plain, chosen = (client.get(path, headers=headers) for headers in ({}, {"Cookie": cookies}))
    assert facts(chosen) == facts(plain)
