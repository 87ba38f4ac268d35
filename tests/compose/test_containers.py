"""docker-compose.yml on a real engine: built, started, used, damaged, removed. Run it with ``make compose-test``.

The compose command is ``docker compose``, or the value of VF_COMPOSE.
"""

import json
import os
import shlex
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = "vfservices.localhost"
SERVING = {
    "traefik",
    "gateway-auth",
    "identity-provider",
    "revocation-relay",
    "billing",
    "inventory",
    "website",
    "redis",
    "postgres",
}
PORTS = {"postgres": 5432, "redis": 6379, "gateway-auth": 8001}
PRIVATE = ["/api/profile/", "/api/billing/summary/", "/api/inventory/items/"]


class Containers:
    """A separate compose project, on free ports."""

    def __init__(self) -> None:
        self.http, self.https = free_port(), free_port()
        self._command = [*shlex.split(os.environ.get("VF_COMPOSE", "docker compose")), "-p", "vf-services-test"]

    def compose(self, *arguments: str, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        ports = {"VF_HTTP_PORT": str(self.http), "VF_HTTPS_PORT": str(self.https)}
        answer = subprocess.run(
            [*self._command, *arguments],
            cwd=ROOT,
            env={**os.environ, **ports, **variables},
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert not check or answer.returncode == 0, answer.stdout + answer.stderr
        return answer

    def run_in(self, service: str, *command: str) -> subprocess.CompletedProcess[str]:
        return self.compose("exec", "-T", service, *command, check=False)

    def inspect(self, service: str) -> dict[str, Any]:
        container = self.compose("ps", "-aq", service).stdout.strip()
        answer = subprocess.run(["docker", "inspect", container], capture_output=True, check=True)
        return json.loads(answer.stdout)[0]

    def address(self, service: str) -> str:
        """Return the IP address on ``backend``, or on the container's only network."""
        networks = self.inspect(service)["NetworkSettings"]["Networks"]
        backend = networks.get("vf-services-test_backend") or next(iter(networks.values()))
        return str(backend["IPAddress"])

    def client(self, host: str = DOMAIN, *, authority: Path | None = None) -> httpx.Client:
        scheme, port = ("https", self.https) if authority else ("http", self.http)
        return httpx.Client(
            base_url=f"{scheme}://127.0.0.1:{port}",
            headers={"Host": f"{host}:{port}"},
            verify=ssl.create_default_context(cafile=authority) if authority else True,
            timeout=35,
        )

    @contextmanager
    def signed_in(self, name: str, host: str = DOMAIN, authority: Path | None = None) -> Iterator[httpx.Client]:
        with self.client(host, authority=authority) as client:
            answer = client.post("/api/auth/login/", json={"username": name, "password": f"{name}123"})
            assert answer.status_code == 200, answer.text
            yield client


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def eventually(client: httpx.Client, path: str, status: int, seconds: float = 60) -> list[int]:
    """Return the statuses up to the expected one."""
    seen = [client.get(path).status_code]
    until = time.monotonic() + seconds
    while seen[-1] != status:
        assert time.monotonic() < until, f"{path} never answered {status}: {seen[-5:]}"
        time.sleep(0.2)
        seen.append(client.get(path).status_code)
    return seen


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    project = Containers()
    try:
        project.compose("up", "--wait")
        with project.client() as client:
            eventually(client, "/", 200)
        yield project
    finally:
        project.compose("down", "--volumes", "--remove-orphans")


@pytest.fixture(scope="module")
def authority(containers: Containers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "ca.crt"
    containers.compose("cp", "traefik:/run/tls/ca.crt", str(path))
    return path


def test_alice_signs_in_uses_everything_and_is_out_after_signing_out(containers: Containers) -> None:
    with containers.signed_in("alice") as alice:
        answers = [alice.get(path) for path in PRIVATE]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert answers[0].json()["username"] == answers[1].json()["user"] == "alice"
        assert answers[2].json()["count"] > 0
        kept = httpx.Cookies(alice.cookies)
        assert alice.post("/api/auth/logout/").status_code == 204
        alice.cookies = kept  # a copy of the cookies is useless too
        for path in PRIVATE:
            eventually(alice, path, 401, seconds=2)


def test_https_is_answered_with_a_certificate_of_the_local_authority(containers: Containers, authority: Path) -> None:
    with containers.signed_in("alice", authority=authority) as alice:
        assert alice.get("/api/profile/").json()["username"] == "alice"


def test_the_dashboard_is_for_operators(containers: Containers) -> None:
    host = f"traefik.{DOMAIN}"
    with containers.client(host) as nobody, containers.signed_in("alice", host) as alice:
        assert nobody.get("/dashboard/").status_code == 401
        assert alice.get("/dashboard/").status_code == 403
    with containers.signed_in("admin", host) as admin:
        assert admin.get("/dashboard/").status_code == 200
        assert admin.get("/api/http/routers").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/traefik/dynamic", "/verify"])
def test_what_is_for_the_inside_is_not_answered_outside(containers: Containers, path: str) -> None:
    with containers.client() as client:
        assert client.get(path).status_code == 404


def test_only_traefik_publishes_ports_and_on_loopback(containers: Containers) -> None:
    for service in SERVING:
        ports = containers.inspect(service)["NetworkSettings"]["Ports"]
        published = {(entry["HostIp"], int(entry["HostPort"])) for entries in ports.values() for entry in entries or ()}
        expected = {("127.0.0.1", containers.http), ("127.0.0.1", containers.https)} if service == "traefik" else set()
        assert published == expected, service


@pytest.mark.parametrize("service", sorted(SERVING))
def test_processes_have_no_rights_and_cannot_write(containers: Containers, service: str) -> None:
    status = dict(
        line.split(":\t", 1) for line in containers.run_in(service, "cat", "/proc/1/status").stdout.splitlines()
    )
    assert "0" not in status["Uid"].split()
    assert {int(status[field], 16) for field in ("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb")} == {0}
    assert status["NoNewPrivs"] == "1"
    refused = containers.run_in(service, "touch", "/etc/new", "/run/vf/new")
    assert refused.stderr.count("Read-only file system") == 2 or service == "traefik"  # traefik has no /run/vf


def test_a_part_cannot_read_what_belongs_to_another(containers: Containers) -> None:
    assert containers.run_in("billing", "cat", "/run/vf/billing/django-key").returncode == 0
    stolen = containers.run_in("billing", "cat", "/run/vf/identity-provider/refresh-secret", "/run/vf/made/tls/ca.key")
    assert stolen.stdout == ""
    assert stolen.stderr.count("Permission denied") == 2


REACHES = {
    "identity-provider": {"postgres", "redis", "gateway-auth"},
    "billing": {"postgres", "gateway-auth"},
    "gateway-auth": {"redis", "gateway-auth"},
    "website": {"gateway-auth"},
}


@pytest.mark.parametrize("service", REACHES)
def test_a_part_reaches_only_what_it_needs(containers: Containers, service: str) -> None:
    """Connect by IP address, so that an unresolved name doesn't count as protection. No container may reach the
    internet.
    """
    targets = {name: (containers.address(name), port) for name, port in PORTS.items()} | {"world": ("1.1.1.1", 53)}
    connect = (
        "import socket, sys\n"
        f"for name, target in {targets!r}.items():\n"
        "    try: socket.create_connection(target, 2); print(name)\n"
        "    except OSError: pass\n"
    )
    assert set(containers.run_in(service, "python", "-c", connect).stdout.split()) == REACHES[service]


def test_a_part_cannot_connect_to_anothers_database(containers: Containers) -> None:
    connect = (
        "import psycopg, pathlib\n"
        "url = pathlib.Path('/run/vf/billing/database-url').read_text()\n"
        "psycopg.connect(url).close(); print('own')\n"
        "psycopg.connect(url.removesuffix('billing') + 'identity_provider')"
    )
    answer = containers.run_in("billing", "python", "-c", connect)
    assert answer.stdout == "own\n"
    assert "permission denied for database" in answer.stderr


def test_production_refuses_demo_data(containers: Containers) -> None:
    answer = containers.compose("run", "--rm", "--no-deps", "billing", check=False, VF_ENV="production")
    assert answer.returncode != 0
    assert "VF_DEMO_DATA is on" in answer.stdout + answer.stderr


def test_without_the_gateway_nobody_gets_in_and_with_it_everybody_goes_on(containers: Containers) -> None:
    with containers.signed_in("alice") as alice:
        containers.compose("stop", "gateway-auth")
        assert [alice.get(path).status_code for path in [*PRIVATE, "/"]] == [500, 500, 500, 500]
        containers.compose("start", "gateway-auth")
        assert set(eventually(alice, "/api/profile/", 200)) <= {200, 500, 503}


def test_a_killed_gateway_comes_back_by_itself(containers: Containers) -> None:
    with containers.signed_in("alice") as alice:
        containers.run_in("gateway-auth", "python", "-c", "import os; os.kill(-1, 9)")
        until = time.monotonic() + 30
        while containers.inspect("gateway-auth")["RestartCount"] == 0 and time.monotonic() < until:
            time.sleep(0.2)
        assert containers.inspect("gateway-auth")["RestartCount"] == 1
        eventually(alice, "/api/profile/", 200)


def test_a_restart_keeps_keys_sessions_and_data(containers: Containers) -> None:
    with containers.signed_in("alice") as alice, containers.signed_in("bob") as bob:
        assert bob.post("/api/auth/logout/").status_code == 204
        before = alice.get("/api/billing/transactions/").json()
        containers.compose("down")
        containers.compose("up", "--wait")
        eventually(alice, "/api/profile/", 200)
        assert alice.get("/api/billing/transactions/").json() == before
        assert bob.get("/api/profile/").status_code == 401


def test_no_log_holds_a_secret(containers: Containers) -> None:
    with containers.signed_in("alice") as alice:
        cookies = list(alice.cookies.values())
        assert alice.get("/api/profile/").status_code == 200
    every_file = (
        "import pathlib\n"
        "files = [path for path in pathlib.Path('/run/vf').rglob('*') if path.is_file() and path.stat().st_size]\n"
        "print(*[path.read_text().strip() for path in files], sep='\\0')"
    )
    secrets = containers.compose("run", "--rm", "init", "python", "-c", every_file).stdout.strip("\n").split("\0")
    assert len(secrets) > 20
    logs = containers.compose("logs", "--no-color").stdout
    assert "/api/profile/" in logs
    assert [len(secret) for secret in [*secrets, *cookies, "alice123"] if secret in logs] == []


def test_a_clean_start_logs_no_traceback(containers: Containers) -> None:
    assert "Traceback" not in containers.compose("logs", "--no-color").stdout
