"""Settings reach every component that reads them, as observed from outside."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from runner import Platform, Ports
from tests.conftest import own_environment
from tests.edge_client import EdgeClient

ORIGIN = "https://app.example"
CORS = {
    "VF_CORS_EXTRA_ORIGINS": ORIGIN,
    "VF_CORS_ALLOWED_HEADERS": "X-Tenant",
    "VF_CORS_EXPOSED_HEADERS": "X-Total",
}
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"}
FROM_ELSEWHERE = {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}
USUAL = ["baggage", "traceparent", "tracestate", "if-match", "if-none-match", "hx-request", "hx-trigger"]
READABLE = ["ETag", "Content-Disposition", "Retry-After", "X-Request-Id", "Link", "Location", "WWW-Authenticate"]


@pytest.fixture(scope="module")
def told() -> list[str]:
    """Return the runner's output during the start."""
    return []


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory, told: list[str]) -> Iterator[Platform]:
    """Return a platform behind the edge, with one unused and one misspelled variable."""
    env = own_environment(**CORS, VF_CORS_EXTRA_ORIGIN="https://hunter2", VF_BIND="hunter2:1")
    folder = tmp_path_factory.mktemp("given")
    with Platform(ports=Ports.free(), state_dir=folder, env=env, progress=told.append) as platform:
        yield platform


@pytest.fixture(scope="module")
def direct(start_platform: Callable[..., Platform]) -> Iterator[Platform]:
    """Return a platform whose services verify tokens themselves, without a configured key source."""
    with start_platform(**CORS, VF_AUTH_MODE="direct") as platform:
        yield platform


def names(answer: httpx.Response, header: str) -> set[str]:
    return {name.strip().lower() for name in answer.headers.get(header, "").split(",")}


def service(platform: Platform, port: int) -> httpx.Client:
    """Return a client for a service's own port, without Traefik."""
    return httpx.Client(base_url=platform.settings.url(port), headers={"Host": platform.settings.base_domain})


def test_a_page_of_an_extra_origin_signs_in(given: Platform) -> None:
    with EdgeClient(given.settings) as client:
        body = {"username": "alice", "password": "alice123"}
        answer = client.post("/api/auth/login/", json=body, headers=FROM_ELSEWHERE)
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == ORIGIN


def test_another_origin_still_does_not(given: Platform) -> None:
    with EdgeClient(given.settings) as client:
        body = {"username": "alice", "password": "alice123"}
        headers = FROM_ELSEWHERE | {"Origin": "https://other.example"}
        assert client.post("/api/auth/login/", json=body, headers=headers).json()["code"] == "cross_site_request"


@pytest.mark.parametrize("name", [*USUAL, "X-Tenant"])
def test_a_preflight_through_traefik_allows(name: str, given: Platform) -> None:
    with EdgeClient(given.settings, subdomain="billing") as client:
        headers = PREFLIGHT | {"Access-Control-Request-Headers": name.lower()}
        answer = client.options("/api/billing/summary/", headers=headers)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert name.lower() in names(answer, "access-control-allow-headers")


@pytest.mark.parametrize("name", ["x-other", "x-user-id", "cookie", "*"])
def test_a_preflight_through_traefik_does_not_allow(name: str, given: Platform) -> None:
    with EdgeClient(given.settings, subdomain="billing") as client:
        headers = PREFLIGHT | {"Access-Control-Request-Headers": name}
        answer = client.options("/api/billing/summary/", headers=headers)
    assert name not in names(answer, "access-control-allow-headers")


def test_a_script_may_read_the_usual_headers_and_ours(given: Platform) -> None:
    with EdgeClient(given.settings, subdomain="billing") as client:
        answer = client.get("/api/billing/summary/", headers=FROM_ELSEWHERE)
    assert {name.lower() for name in (*READABLE, "X-Total")} <= names(answer, "access-control-expose-headers")


@pytest.mark.usefixtures("given")
def test_a_variable_that_is_misspelled_or_not_used_is_told_without_its_value(told: list[str]) -> None:
    lines = [line for line in told if "VF_" in line]
    assert [line.partition(" ")[0] for line in lines] == ["VF_CORS_EXTRA_ORIGIN", "VF_BIND"]
    assert "Did you mean VF_CORS_EXTRA_ORIGINS?" in lines[0]
    assert "hunter2" not in "".join(told)


def test_in_direct_mode_a_service_has_the_key_source_that_it_needs(direct: Platform) -> None:
    with EdgeClient(direct.settings) as client:
        answer = client.post("/api/auth/login/", json={"username": "alice", "password": "alice123"})
        assert answer.status_code == 200, answer.text
        token = client.cookies["jwt_token"]
    ports = direct.settings.ports
    for port, path in ((ports.services["billing"], "/api/billing/summary/"), (ports.identity, "/api/profile/")):
        with service(direct, port) as alone:
            assert alone.get(path).status_code == 401
            answer = alone.get(path, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200, answer.text


def test_direct_mode_allows_and_exposes_what_traefik_does(direct: Platform) -> None:
    with EdgeClient(direct.settings, subdomain="billing") as client:
        asked = PREFLIGHT | {"Access-Control-Request-Headers": "x-tenant"}
        at_edge = client.options("/api/billing/summary/", headers=asked)
        read = client.get("/api/billing/summary/", headers=FROM_ELSEWHERE)
    with service(direct, direct.settings.ports.services["billing"]) as alone:
        preflight = alone.options("/api/billing/summary/", headers=asked)
        answer = alone.get("/api/billing/summary/", headers=FROM_ELSEWHERE)
    for header in ("access-control-allow-headers", "access-control-allow-methods"):
        assert names(preflight, header) == names(at_edge, header)
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert names(answer, "access-control-expose-headers") == names(read, "access-control-expose-headers")


def test_the_whole_list_is_one_that_a_browser_takes(given: Platform) -> None:
    url = given.settings.url(given.settings.ports.gateway_internal, "/traefik/dynamic")
    document = json.dumps(httpx.get(url).json())
    assert "*" not in document
    assert "Set-Cookie" not in document
