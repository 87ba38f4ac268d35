"""The README's nginx configuration, run by a real nginx in front of a real gateway and a service that says what it got."""

import contextlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .builders import bearer, token
from .test_forwarded import UNCOMMON
from .traefik_front import ask, echo_service, free_port, listens, seen

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
GOOD = ": ".join(bearer(token()))

MAIN = """daemon off; pid {folder}/pid; error_log {folder}/log warn; worker_processes 1; events {{}}
http {{
access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{recipe}
}}
"""


@pytest.fixture
async def nginx(edge, tmp_path):
    """The port of nginx, with the README's configuration on ports of the test."""
    if NGINX is None:
        pytest.skip("no nginx on this machine: install it (Debian: nginx-light)")
    port = free_port()
    async with echo_service() as service:
        recipe = re.findall(r"```nginx\n(.*?)```", README, re.DOTALL)[0]
        for old, new in {
            "listen 8000;": f"listen 127.0.0.1:{port};",
            "127.0.0.1:8105": f"127.0.0.1:{edge.server.port}",
            "127.0.0.1:9000": f"127.0.0.1:{service}",
        }.items():
            assert old in recipe
            recipe = recipe.replace(old, new)
        (tmp_path / "nginx.conf").write_text(MAIN.format(folder=tmp_path, recipe=recipe))
        command = [NGINX, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path), "-e", str(tmp_path / "log")]
        process = subprocess.Popen(command)
        try:
            await listens(port, process, tmp_path / "log")
            yield port
        finally:
            process.terminate()
            process.wait()


def request(*lines: str, method: str = "GET", credential: str = GOOD, host: str = "shop.example:8443") -> bytes:
    head = [f"{method} /api/orders/7?x=1 HTTP/1.1", f"Host: {host}", credential, *lines]
    return "\r\n".join([*filter(None, head), "", ""]).encode()


FORGED = [
    "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Uri", "X-Forwarded-Method",
    "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Ssl", "X-Forwarded-Scheme", "X-Forwarded-User",
    "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Access-Token", "X-Forwarded-Anything", "Forwarded", "Via",
    "X-Original-Url", "X-Original-Uri", "X-Original-Method", "X-Original-Host", "X-Rewrite-Url", "X-Real-Ip", "X-Client-Ip",
    "X-User-Id", "X-User-Name", "X-User-Email", "X-User-Roles", "X-User-Session", "X-User-Assertion", "X-User-Anything",
    "X_User_Id", "X.User.Id", "x-user-plan", "X-Request-Id", "Remote-User", "X-Remote-User", "X-Auth-Request-User",
    "SCRIPT_NAME", "Proxy", "Front-End-Https", "X-Http-Method-Override",
]  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
async def test_a_clients_own_header_never_reaches_the_service(nginx, name):
    """Once, twice, and in another letter case."""
    for lines in ([f"{name}: forged"], [f"{name}: forged", f"{name}: forged"], [f"{name.upper()}: forged"]):
        status, _, body = await ask(nginx, request(*lines))
        assert status in (200, 400)
        assert b"forged" not in body


async def test_the_service_gets_its_host_and_what_it_may_trust(nginx):
    status, _, body = await ask(nginx, request("Accept: text/plain", "X-CSRFToken: t", "If-Match: e"))
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
    assert len(got["x-user-assertion"]) == 1
    assert not {"authorization", "cookie"} & got.keys()


async def test_a_body_arrives_whole(nginx):
    answer = await ask(nginx, request("Content-Type: text/plain", "Content-Length: 5", method="POST") + b"hello")
    assert (answer[0], seen(answer[2])["content-length"]) == (200, ["5"])


DENIALS = {
    "no credential": ("", (), 401),
    "a bad token": ("Authorization: Bearer a.b.c", (), 401),
    "two credentials, which nginx can only call an error": (GOOD, ("Cookie: jwt=a; jwt=b", GOOD), 500),
}


@pytest.mark.parametrize(("credential", "lines", "status"), DENIALS.values(), ids=DENIALS.keys())
async def test_a_denial_has_the_request_id_of_the_gateways_log(nginx, log_lines, credential, lines, status):
    answer = await ask(nginx, request(*lines, "X-Request-Id: forged", credential=credential))
    assert answer[0] in (status, 400)
    if answer[0] == status:
        (line,) = [line for line in log_lines if line["event"] == "denied"]
        assert answer[1]["x-request-id"] == line["request_id"] != "forged"
    if status == 401:
        assert answer[1]["www-authenticate"].startswith('Bearer realm="vf"')


async def test_an_answer_of_the_service_has_it_too(nginx):
    _, headers, body = await ask(nginx, request())
    assert seen(body)["x-request-id"] == [headers["x-request-id"]]


@pytest.mark.parametrize("method", [method for method in UNCOMMON if re.fullmatch(r"[A-Z_-]{1,16}", method)])
async def test_an_uncommon_method_is_decided_about(nginx, log_lines, method):
    """The service of this test knows some of them only, but never without a credential."""
    assert (await ask(nginx, request(method=method)))[0] in (200, 400)
    assert [line["event"] for line in log_lines if line["event"] in ("allowed", "denied")] == ["allowed"]
    assert (await ask(nginx, request(method=method, credential="")))[0] == 401


@pytest.mark.parametrize("method", ["PROPFIND", "DELETE"])
async def test_with_the_clients_own_method_the_gateway_is_asked_all_the_same(nginx, tmp_path, method):
    """``proxy_method $request_method`` in the location that asks, as Envoy does by itself."""
    file = tmp_path / "nginx.conf"
    file.write_text(file.read_text().replace("proxy_pass_request_body off;", "proxy_pass_request_body off;\nproxy_method $request_method;"))
    with contextlib.suppress(ProcessLookupError):
        subprocess.run([NGINX, "-c", str(file), "-p", str(tmp_path), "-s", "reload"], check=True, capture_output=True)
    import asyncio

    await asyncio.sleep(0.5)
    status, _, body = await ask(nginx, request(method=method))
    assert (status, json.loads(body)["method"]) == (200, method)
    assert (await ask(nginx, request(method=method, credential="")))[0] == 401
