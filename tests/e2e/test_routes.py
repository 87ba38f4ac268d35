"""Routes of Traefik: what is routed, what isn't, and who may see the dashboard."""

import ssl
from urllib.parse import unquote

import httpx
import pytest

from runner import Platform
from tests.conftest import NewClient
from tests.edge_client import EdgeClient
from tests.raw_http import get, status_of

INTERNAL = ["/healthz", "/readyz", "/metrics"]
SPELLINGS = ["{0}", "/{0}", "/%{1:02x}{2}", "/x/..{0}", "/.{0}", "{0};x", "{0}%2f", "{0}%3f", "{0}/"]


def test_no_router_has_an_error(platform: Platform) -> None:
    address = platform.settings.url(platform.settings.ports.traefik_internal, "/api/http/routers?per_page=1000")
    routers = httpx.get(address).json()
    assert {router["name"]: router.get("error") for router in routers if router["status"] != "enabled"} == {}
    assert len([router for router in routers if router["provider"] == "file"]) > 10


def test_every_public_router_runs_a_chain(platform: Platform) -> None:
    address = platform.settings.url(platform.settings.ports.traefik_internal, "/api/http/routers?per_page=1000")
    routers = httpx.get(address).json()
    public = [
        router for router in routers if router["entryPoints"] != ["internal"] and "preflight" not in router["name"]
    ]
    chains = ("public@file", "optional-", "protected-", "operator-", "operator@file")
    bare = [
        router["name"]
        for router in public
        if not any(name.startswith(chains) for name in router.get("middlewares", []))
    ]
    assert bare == []


@pytest.mark.parametrize("path", INTERNAL)
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("host", ["", "website.", "identity.", "billing.", "inventory.", "traefik.", "admin."])
def test_the_internal_side_of_a_service_cannot_be_reached(
    platform: Platform, host: str, path: str, spelling: str
) -> None:
    target = spelling.format(path, ord(path[1]), path[2:])
    status = status_of(platform.settings.ports.http, target, host=f"{host}vfservices.localhost")
    assert status in (400, 404)


def test_traefiks_own_internal_side_is_not_public(client: EdgeClient, new_client: NewClient) -> None:
    assert client.get("/ping").status_code == 404
    assert new_client(subdomain="traefik").get("/ping").status_code == 404


def test_an_operator_sees_the_dashboard(admin: EdgeClient, new_client: NewClient) -> None:
    dashboard = new_client(subdomain="traefik")
    admin.copy_cookies_to(dashboard)
    assert dashboard.get("/dashboard/").status_code == 200
    assert dashboard.get("/api/overview").json()["http"]["routers"]["errors"] == 0


def test_a_customer_is_denied_the_dashboard(alice: EdgeClient, new_client: NewClient) -> None:
    dashboard = new_client(subdomain="traefik")
    alice.copy_cookies_to(dashboard)
    for path in ("/", "/dashboard/", "/api/overview", "/api/http/routers"):
        answer = dashboard.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_required")


def test_a_stranger_at_the_dashboard_is_sent_to_sign_in_on_that_host(new_client: NewClient) -> None:
    dashboard = new_client(subdomain="traefik")
    assert dashboard.get("/api/overview").status_code == 401
    step = dashboard.get("/dashboard/", headers={"Sec-Fetch-Mode": "navigate", "Accept": "text/html"})
    assert (step.status_code, unquote(step.headers["location"])) == (302, "/api/auth/continue/?next=/dashboard/")
    step = dashboard.get(step.headers["location"])
    assert unquote(step.headers["location"]).endswith("/accounts/login/?next=/dashboard/")
    assert dashboard.get("/accounts/login/?next=/dashboard/").status_code == 200


PAGE_LOAD = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}


@pytest.mark.parametrize("path", ["/operators", "/operators/", "/operators/users/", "/operators/no/such/page/"])
def test_the_pages_for_operators_are_for_operators(
    client: EdgeClient, alice: EdgeClient, admin: EdgeClient, path: str
) -> None:
    anonymous = client.get(path, headers=PAGE_LOAD)
    assert (anonymous.status_code, unquote(anonymous.headers["location"])) == (302, f"/api/auth/continue/?next={path}")
    assert client.get(path).status_code == 401
    denied = alice.get(path, headers=PAGE_LOAD)
    assert (denied.status_code, denied.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "This page requires the role operator." in denied.text
    assert alice.get(path).json()["code"] == "role_required"
    assert admin.get(path, headers=PAGE_LOAD).status_code in (200, 301, 302, 308, 404)


@pytest.mark.parametrize("path", ["/%6fperators/users/", "/x/../operators/users/", "//operators/users/"])
def test_no_other_spelling_shows_a_page_for_operators(platform: Platform, alice: EdgeClient, path: str) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in alice.cookies.items())
    head = f"Cookie: {cookie}\r\n".encode()
    answer = get(platform.settings.ports.http, path, host="vfservices.localhost", headers=head)
    assert int(answer.split(b" ", 2)[1]) in (301, 302, 308, 400, 403, 404)
    assert b"users-rows" not in answer


def test_https_is_served_with_a_certificate_of_the_local_authority(platform: Platform) -> None:
    context = ssl.create_default_context(cafile=str(platform.certificates.authority))
    for subdomain in ("", "billing"):
        with EdgeClient(platform.settings, subdomain=subdomain, secure=True, verify=context) as client:
            extensions = {"sni_hostname": client.headers["Host"].partition(":")[0]}
            assert client.get("/api/billing/summary/", extensions=extensions).status_code == 401


def test_each_answer_carries_the_security_headers(client: EdgeClient) -> None:
    for path in ("/", "/api/profile/", "/static/css/theme.css"):
        headers = client.get(path).headers
        assert headers.get_list("x-content-type-options") == ["nosniff"]
        assert headers.get_list("x-frame-options") == ["DENY"]
        assert headers.get_list("referrer-policy") == ["same-origin"]


def test_the_access_log_names_the_user_and_holds_no_credential(platform: Platform, alice: EdgeClient) -> None:
    alice.get("/api/profile/", headers={"X-User-Id": "forged-by-the-client"})
    log = platform.log("traefik")
    assert '"request_X-User-Id":"usr_demo_alice"' in log
    assert "forged-by-the-client" not in log
    assert alice.cookies["jwt"] not in log
