"""The rules on a running Traefik: its API gives the same configuration as the files."""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from vf_lint.expectations import Expectations
from vf_lint.from_api import read_api
from vf_lint.from_files import read_files
from vf_lint.lint import lint
from vf_runtime.terminal import UsageError

from .conftest import DYNAMIC, REPOSITORY, Change, spoiled, write
from .spoilings import AUTH, CORS, MIDDLEWARES, REWRITING_OPTIONS, ROUTERS, WEB, router

API_ROUTER = {"rule": "PathPrefix(`/api/`)", "entryPoints": ["internal"], "service": "api@internal"}
START_SECONDS = 20.0
Served = Callable[[dict[str, Any], Path, dict[str, str]], str]


def free_port() -> int:
    """Return a port below the range of outgoing connections, so that no connection takes it before its server."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def has_routers(url: str) -> bool:
    """Return True once the API responds and the file provider has been read."""
    try:
        with urllib.request.urlopen(f"{url}/api/rawdata", timeout=1) as answer:
            return b"@file" in answer.read()
    except OSError:
        return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Start Traefik with a static configuration and a dynamic file or folder; return the API's URL."""
    binary = shutil.which("traefik", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if binary is None:
        pytest.skip("no traefik on this machine")
    started: list[subprocess.Popen[bytes]] = []

    def start(static: dict[str, Any], dynamic: Path, environment: dict[str, str]) -> str:
        port = free_port()
        for entry_point in static["entryPoints"].values():
            entry_point["address"] = "127.0.0.1:0"
        entry_points = static["entryPoints"] | {"internal": {"address": "127.0.0.1:0"}}
        entry_points["traefik" if static["api"].get("insecure") else "internal"] = {"address": f"127.0.0.1:{port}"}
        static["entryPoints"] = entry_points
        kind = "directory" if dynamic.is_dir() else "filename"
        static["providers"] = {"file": {kind: str(dynamic)}}
        static["global"] = {"checkNewVersion": False, "sendAnonymousUsage": False}
        file = tmp_path / "static.yml"
        file.write_text(yaml.safe_dump(static))
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("VF_", "TRAEFIK_"))}
        log = (tmp_path / "log").open("wb")
        started.append(
            subprocess.Popen([binary, f"--configFile={file}"], env=clean | environment, stdout=log, stderr=log)
        )
        url = f"http://127.0.0.1:{port}"
        until = time.monotonic() + START_SECONDS
        while not has_routers(url):
            if time.monotonic() > until or started[-1].poll() is not None:
                pytest.fail((tmp_path / "log").read_text())
            time.sleep(0.05)
        return url

    yield start
    for process in started:
        process.kill()
        process.wait()


def serve_spoiled(served: Served, folder: Path, change: Change | None) -> str:
    static, dynamic = spoiled(change)
    dynamic["routers"]["api"] = API_ROUTER
    return served(static, write(folder, static, dynamic)[1], {})


@pytest.mark.parametrize(
    ("rules", "change"),
    [
        pytest.param(set(), None, id="the good configuration"),
        pytest.param({"router-unprotected"}, (f"{ROUTERS}.open", router("Host(`b.test`)", "strip")), id="unprotected"),
        pytest.param(
            {"router-falls-through"}, (f"{ROUTERS}.all", router("PathPrefix(`/`)", "public")), id="falls through"
        ),
        pytest.param(
            {"router-dropped"}, (f"{MIDDLEWARES}.protected.chain.middlewares", ["auth", "lost"]), id="dropped"
        ),
        pytest.param(
            {"identity-not-stripped"}, (f"{MIDDLEWARES}.public.chain.middlewares", ["cors"]), id="not stripped"
        ),
        pytest.param({"auth-trusts-forwarded"}, (f"{AUTH}.trustForwardHeader", True), id="forwarded headers trusted"),
        pytest.param({"cors-wildcard"}, (f"{CORS}.accessControlAllowOriginList", ["*"]), id="every origin"),
        pytest.param(
            {"entrypoint-aliases", "entrypoint-encoded-characters"},
            (f"{WEB}.http", {"middlewares": ["untrusted@file"]}),
            id="an entry point as Traefik leaves it",
        ),
        pytest.param(
            {"entrypoint-encoded-characters"},
            (f"{WEB}.http.encodedCharacters", {"allowEncodedSlash": False}),
            id="one of the encoded characters refused",
        ),
        *(
            pytest.param(
                {"auth-path-changed"},
                (
                    MIDDLEWARES,
                    DYNAMIC["middlewares"]
                    | {"first": {kind: options}, "protected": {"chain": {"middlewares": ["cors", "first", "auth"]}}},
                ),
                id=f"the path changed by {kind}",
            )
            for kind, options in REWRITING_OPTIONS.items()
        ),
        pytest.param({"dashboard-exposed"}, (f"{ROUTERS}.dashboard.middlewares", []), id="an open dashboard"),
        pytest.param(
            {"tcp-bypass"},
            (
                "dynamic.tcp",
                {
                    "routers": {"all": {"rule": "HostSNI(`*`)", "service": "raw", "entryPoints": ["web"]}},
                    "services": {"raw": {"loadBalancer": {"servers": [{"address": "127.0.0.1:1"}]}}},
                },
            ),
            id="connections past everything",
        ),
        pytest.param(
            set(),
            (
                ROUTERS,
                DYNAMIC["routers"]
                | {
                    "top": {"rule": "Host(`b.test`)", "middlewares": ["protected"], "entryPoints": ["web"]},
                    "leaf": {"rule": "PathPrefix(`/x/`)", "parentRefs": ["top"], "service": "orders"},
                },
            ),
            id="a lower router below a protected one",
        ),
        pytest.param(
            {"entrypoint-unsanitized-path"}, (f"{WEB}.http.sanitizePath", False), id="paths with dots left as they are"
        ),
        pytest.param({"api-insecure"}, ("static.api", {"insecure": True}), id="an insecure API"),
    ],
)
def test_a_running_traefik_is_judged_as_its_files(
    served: Served, tmp_path: Path, rules: set[str], change: Change | None
) -> None:
    configuration = read_api(serve_spoiled(served, tmp_path, change))
    assert {finding.rule.id for finding in lint(configuration, Expectations(base_domain="a.test"))} == rules


@pytest.mark.parametrize(
    "environment", [{}, {"VF_ENV": "production", "BASE_DOMAIN": "shop.example", "VF_LAYOUT": "subdomains"}]
)
def test_the_repositorys_own_files_are_rendered_as_traefik_renders_them(
    served: Served, environment: dict[str, str]
) -> None:
    folder = REPOSITORY / "traefik" / "dynamic"
    static = yaml.safe_load((REPOSITORY / "traefik" / "traefik.yml").read_text())
    ours = read_files(REPOSITORY / "traefik" / "traefik.yml", [folder], environment)
    entry_points = {name: static["entryPoints"][name] for name in ("web", "websecure")}
    # The repository publishes only the list of routers. The test reads the whole API on a separate port.
    theirs = read_api(served({"api": {"insecure": True}, "entryPoints": entry_points}, folder, environment))
    for name, router_ in ours.routers.items():
        found = theirs.routers.get(name) or theirs.routers[f"{router_.entry_points[0]}-{name}"]
        assert (found.rule, found.priority) == (router_.rule, router_.priority)
        assert found.service == router_.service
        assert found.middlewares[-len(router_.middlewares) :] == router_.middlewares or not router_.middlewares
    for name, options in ours.middlewares.items():
        if name.endswith("@file"):
            address = (options.get("forwardAuth") or {}).get("address")
            assert (theirs.middlewares[name].get("forwardAuth") or {}).get("address") == address


def test_an_api_that_is_not_there_is_told_in_one_line() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_api("http://127.0.0.1:1")


def test_an_address_of_the_api_without_a_scheme_is_told_what_it_must_be() -> None:
    with pytest.raises(UsageError, match="must be an http:// or https:// URL"):
        read_api("127.0.0.1:8080")


def test_an_api_that_tells_its_routers_only_is_not_enough() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(UsageError, match=r"returned 404\. The check needs the whole API"):
            read_api(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
