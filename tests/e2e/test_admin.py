"""Django's admin through the real edge: who reaches it, and that nothing else of the platform does."""

import time
from collections.abc import Callable
from urllib.parse import unquote

import httpx
import pytest

from runner import Platform
from tests.conftest import NewClient
from tests.edge_client import EdgeClient

USERS = "/admin/accounts/user/"
PAGE_LOAD = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
OLGA = {"username": "olga", "email": "olga@example.test", "password": "correct horse 7", "roles": ["operator"]}
WITHIN_SECONDS = 2.0


@pytest.fixture
def records(admin: EdgeClient, new_client: NewClient) -> EdgeClient:
    """Return a client on the admin's host with the operator's cookies."""
    client = new_client(subdomain="admin")
    admin.copy_cookies_to(client)
    return client


@pytest.fixture
def olga(admin: EdgeClient, client: EdgeClient) -> tuple[str, dict[str, str]]:
    """Return the ID of another operator, and the header with her access token."""
    made = admin.post("/api/v1/auth/users/", json=OLGA)
    assert made.status_code == 201, made.text
    user_id = made.json()["id"]
    body = {"username": OLGA["username"], "password": OLGA["password"], "include_token": True}
    token = client.post("/api/v1/auth/login/", json=body).json()["access_token"]
    yield user_id, {"Authorization": f"Bearer {token}"}
    admin.delete(f"/api/v1/auth/users/{user_id}/")


def test_an_operator_reads_the_records(records: EdgeClient) -> None:
    page = records.get(USERS)
    assert page.status_code == 200
    assert "alice@example.test" in page.text
    assert page.headers["cache-control"] == "no-store, private"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers.get_list("x-frame-options") == ["DENY"]
    assert "set-cookie" not in page.headers
    assert records.get("/").headers["location"] == "/admin/"


def test_the_files_need_no_sign_in(new_client: NewClient) -> None:
    host = new_client(subdomain="admin")
    assert host.get("/api/docs/static/admin/css/base.css").status_code == 200
    assert host.get("/static/css/theme.css").status_code == 200  # of the sign-in page


def test_an_anonymous_page_load_leads_to_the_sign_in_on_this_host(new_client: NewClient) -> None:
    host = new_client(subdomain="admin")
    assert host.get(USERS).json()["code"] == "credential_required"
    step = host.get(USERS, headers=PAGE_LOAD)
    assert (step.status_code, unquote(step.headers["location"])) == (302, f"/api/auth/continue/?next={USERS}")
    step = host.get(step.headers["location"])
    assert unquote(step.headers["location"]).endswith(f"/accounts/login/?next={USERS}")
    assert host.get(f"/accounts/login/?next={USERS}").status_code == 200


def test_a_customer_is_denied(alice: EdgeClient, new_client: NewClient) -> None:
    host = new_client(subdomain="admin")
    alice.copy_cookies_to(host)
    for path in ("/", "/admin/", USERS, "/admin/login/?next=//evil.test", "/admin/jsi18n/"):
        answer = host.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_required")


@pytest.mark.parametrize("subdomain", ["", "website", "identity", "traefik", "billing"])
def test_no_other_host_has_it(admin: EdgeClient, new_client: NewClient, subdomain: str) -> None:
    other = new_client(subdomain=subdomain)
    admin.copy_cookies_to(other)
    for path in ("/admin/", USERS):
        assert other.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("/api/", "/api/v1/profile/", "/api/v1/auth/users/", "/api/v1/auth/sessions/", "/api/docs/", "/api/schema/"),
        *("/dashboard/", "/accounts/profile/", "/.well-known/jwks.json", "/api/docs/static/x", "/api/billing/summary/"),
    ],
)
def test_the_host_has_nothing_else(records: EdgeClient, path: str) -> None:
    assert records.get(path).status_code == 404


def test_forged_headers_open_nothing(platform: Platform, new_client: NewClient) -> None:
    forged = {"X-User-Id": "usr_demo_admin", "X-User-Roles": "operator", "X-User-Name": "admin", "X-User-Email": ""}
    assert new_client(subdomain="admin").get(USERS, headers=forged).status_code == 401
    url = platform.settings.url(platform.settings.ports.identity, USERS)
    direct = {"Host": "admin.vfservices.localhost", **forged, "X-User-Assertion": "e30.e30.e30"}
    answer = httpx.get(url, headers=direct)
    assert (answer.status_code, answer.json()["code"]) == (401, "credential_required")


def test_an_assertion_of_another_request_opens_nothing(platform: Platform, alice: EdgeClient) -> None:
    """Only the gateway signs: a customer's own token gives no assertion with the role."""
    url = platform.settings.url(platform.settings.ports.identity, USERS)
    headers = {"Host": "admin.vfservices.localhost", "Authorization": f"Bearer {alice.cookies['jwt']}"}
    assert httpx.get(url, headers=headers).status_code == 401


def test_a_request_of_another_site_is_refused_and_one_of_its_own_changes_nothing(records: EdgeClient) -> None:
    foreign = {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}
    answer = records.post(USERS, headers=foreign, data={"action": "delete_selected"})
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_request")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = records.request(method, f"{USERS}usr_5Fdemo_5Falice/change/", headers={"Origin": records.origin})
        assert answer.status_code == 405


def test_no_page_of_another_host_reads_it(records: EdgeClient, platform: Platform) -> None:
    """Pages of the platform's other hosts may read the APIs."""
    for subdomain in ("", "billing", "traefik"):
        origin = platform.url("", subdomain=subdomain)
        answer = records.get(USERS, headers={"Origin": origin, "Sec-Fetch-Site": "same-site"})
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_locked_operator_is_out_at_once(admin: EdgeClient, new_client: NewClient, olga: tuple[str, dict]) -> None:
    user_id, bearer = olga
    host = new_client(subdomain="admin")
    assert host.get(USERS, headers=bearer).status_code == 200
    assert admin.post(f"/api/v1/auth/users/{user_id}/lock/").status_code == 200
    assert host.get(USERS, headers=bearer).status_code == 401


def test_an_operator_without_the_role_is_out_at_once(
    admin: EdgeClient, new_client: NewClient, olga: tuple[str, dict]
) -> None:
    user_id, bearer = olga
    host = new_client(subdomain="admin")
    assert host.get(USERS, headers=bearer).status_code == 200
    assert admin.put(f"/api/v1/auth/users/{user_id}/roles/", json={"roles": []}).status_code == 200
    assert host.get(USERS, headers=bearer).status_code in (401, 403)


def test_signing_out_here_ends_the_session(new_client: NewClient) -> None:
    host = new_client(subdomain="admin")
    host.sign_in("admin")
    assert host.get(USERS).status_code == 200
    form = {"next": "/accounts/login/?signed_out=1"}
    left = host.post("/api/auth/logout/", data=form, headers={"Accept": "text/html", "Origin": host.origin})
    assert (left.status_code, left.headers["location"]) == (303, form["next"])
    assert host.get(USERS).status_code == 401


def test_no_log_has_what_an_operator_searches_for(platform: Platform, records: EdgeClient) -> None:
    assert records.get(USERS, params={"q": "searched-for@example.test"}).status_code == 200
    deadline = time.monotonic() + WITHIN_SECONDS
    while f"path={USERS}" not in (log := platform.log("identity-provider")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert f"path={USERS}" in log
    assert "usr_demo_admin" in log
    for component in ("identity-provider", "traefik", "gateway-auth"):
        assert "searched-for" not in platform.log(component, 1000)


def test_the_setting_leaves_it_out(start_platform: Callable[..., Platform]) -> None:
    with start_platform(VF_ADMIN="off") as platform:
        host = EdgeClient(platform.settings, subdomain="admin")
        for path in ("/admin/", "/accounts/login/", "/api/auth/login/", "/static/css/theme.css"):
            assert host.get(path).status_code == 404
        site = EdgeClient(platform.settings)
        site.sign_in("admin")
        assert "traefik." in site.get("/").text
        assert "//admin." not in site.get("/").text
