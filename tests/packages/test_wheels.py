"""The wheels of ``make dist``, installed into empty environments and used outside the repository.

Only the wheels and the dependencies that they declare are installed, in the versions that ``requirements/`` pins.
"""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from functools import partial
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path

import pytest

from vf_tokens import AccessPolicy, Identity, access, generate_pem, key_set_document, signing_key_from_pem

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = {
    "vf-services-tokens": ROOT / "packages/tokens",
    "vf-services-django": ROOT / "packages/django",
    "vf-services-lint": ROOT / "packages/lint",
    "vf-services-gateway": ROOT / "gateway-auth",
}
ISSUER = "https://id.example.test"
ALICE = Identity(user_id="usr_1", username="alice", email="alice@example.test", roles=("clerk",), session_id="ses_1")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By distribution, built as ``make dist`` builds them."""
    folder = tmp_path_factory.mktemp("dist")
    _run(["make", "dist", f"DIST={folder}"], cwd=ROOT)
    found = {path.name.split("-")[0].replace("_", "-"): path for path in folder.glob("*.whl")}
    assert sorted(found) == sorted(PROJECTS)
    return found


def _run(command: list[str], cwd: Path, *, text: str = "", status: int = 0, **variables: str) -> str:
    """What the command printed. It sees no variable of the platform and no ``PYTHONPATH``."""
    environment = {name: os.environ[name] for name in os.environ if not name.startswith(("VF_", "PYTHON", "DJANGO"))}
    run = subprocess.run(
        command, cwd=cwd, env=environment | variables, input=text, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == status, f"{command}\n{run.stdout}\n{run.stderr}"
    return run.stdout + run.stderr


class Installed:
    """A virtual environment that the repository cannot be reached from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        _run([sys.executable, "-m", "venv", str(folder / "venv")], cwd=folder)
        pinned = re.sub(r" \\$|^ +.*$", "", (ROOT / "requirements/dev.txt").read_text(), flags=re.MULTILINE)
        (folder / "versions.txt").write_text(pinned)

    def program(self, name: str) -> str:
        """A command of the environment."""
        return str(self.folder / "venv/bin" / name)

    def install(self, *wheels: str) -> None:
        """Install wheels, each possibly with ``[extras]``, and what they declare. ``pip check`` has no complaint."""
        quiet = ["--quiet", "--disable-pip-version-check"]
        _run([self.program("pip"), "install", *quiet, "-c", "versions.txt", *wheels], cwd=self.folder)
        _run([self.program("pip"), "check", "--disable-pip-version-check"], cwd=self.folder)

    def run(self, *command: str, text: str = "", status: int = 0, **variables: str) -> str:
        """Run a command of the environment there."""
        return _run([self.program(command[0]), *command[1:]], cwd=self.folder, text=text, status=status, **variables)

    def import_all_of(self, package: str) -> None:
        """Import each module of an installed package."""
        self.run(
            "python",
            "-c",
            f"import importlib, pkgutil, {package}\n"
            f"for module in pkgutil.walk_packages({package}.__path__, '{package}.'):\n"
            "    '__main__' in module.name or importlib.import_module(module.name)",
        )


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as file:
        (name,) = [name for name in file.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(file.read(name))


@pytest.mark.parametrize("name", PROJECTS)
def test_a_description_has_no_link_that_works_in_the_repository_only(wheels: dict[str, Path], name: str) -> None:
    text = metadata(wheels[name]).get_payload()
    assert len(text) > 500
    prose = re.sub(r"```.*?```|`[^`\n]+`", "", text, flags=re.DOTALL)
    links = re.findall(r"\]\(([^)]*)\)", prose)
    assert [link for link in links if not link.startswith(("https://", "http://", "#"))] == []


@pytest.mark.parametrize("name", PROJECTS)
def test_a_wheel_says_what_it_is_and_brings_its_types_and_licence(wheels: dict[str, Path], name: str) -> None:
    found = metadata(wheels[name])
    for field in ("Author", "Keywords", "License-Expression", "Requires-Python", "Summary", "Classifier"):
        assert found[field], field
    names = zipfile.ZipFile(wheels[name]).namelist()
    assert [one for one in names if one.endswith("licenses/LICENSE")]
    packages = {one.split("/")[0] for one in names if ".dist-info" not in one}
    assert {f"{package}/py.typed" for package in packages} <= set(names)
    assert not [one for one in names if "test" in one.split("/")[-1] and one != "vf_django/testing.py"]


def test_the_packages_ask_for_each_other_in_exactly_their_version() -> None:
    projects = [*PROJECTS.values(), ROOT / "services/common"]
    read = [tomllib.loads((folder / "pyproject.toml").read_text())["project"] for folder in projects]
    versions = {project["name"]: project["version"] for project in read}
    asked = [
        requirement
        for project in read
        for requirement in [*project["dependencies"], *chain(*project.get("optional-dependencies", {}).values())]
        if requirement.startswith("vf-") and not requirement.startswith(f"{project['name']}[")
    ]
    assert len(asked) == 5
    for requirement in asked:
        name, version = re.fullmatch(r"([a-z-]+)(?:\[[a-z,]+\])?==(\S+)", requirement).groups()
        assert version == versions[name], requirement


@pytest.fixture(scope="module")
def gateway_environment(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Installed:
    environment = Installed(tmp_path_factory.mktemp("gateway"))
    environment.install(str(wheels["vf-services-tokens"]))
    for package in ("vf_tokens", "vf_edge", "vf_runtime"):
        environment.import_all_of(package)
    environment.install(str(wheels["vf-services-tokens"]), str(wheels["vf-services-gateway"]))
    return environment


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where an issuer's key set is, and an access token of alice's."""
    folder = tmp_path_factory.mktemp("issuer")
    key = signing_key_from_pem(generate_pem("ES256"))
    (folder / "jwks.json").write_text(json.dumps(key_set_document([key])))
    policy = AccessPolicy(ISSUER, audience="my-api")
    token = access.mint(key, policy, ALICE, token_id="tok_1", issued_at=int(time.time()), lifetime=3600)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/jwks.json", token
        server.shutdown()


@pytest.fixture(scope="module")
def settings(gateway_environment: Installed, issuer: tuple[str, str]) -> dict[str, str]:
    """Those that the gateway's README names for a first look."""
    key = gateway_environment.folder / "assertion.pem"
    key.write_bytes(generate_pem("ES256"))
    key.chmod(0o600)
    return {
        "VF_ASSERTION_KEY_FILE": str(key),
        "VF_JWT_ISSUER": ISSUER,
        "VF_JWKS_URL": issuer[0],
        "VF_JWT_AUDIENCE": "my-api",
        "VF_REDIS_URL": "off",
        "VF_WORKERS": "1",
        "VF_GATEWAY_BIND": f"127.0.0.1:{free_port()}",
        "VF_GATEWAY_INTERNAL_BIND": f"127.0.0.1:{free_port()}",
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def get(address: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection(address, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def started(environment: Installed, *command: str, address: str, **variables: str) -> subprocess.Popen[bytes]:
    with (environment.folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [environment.program(command[0]), *command[1:]],
            cwd=environment.folder,
            env={"PATH": os.environ["PATH"], **variables},
            stdout=log,
            stderr=log,
        )
    host, _, port = address.rpartition(":")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, (environment.folder / "log").read_text()
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return process
    process.kill()
    raise AssertionError((environment.folder / "log").read_text())


@pytest.fixture(scope="module")
def gateway(gateway_environment: Installed, settings: dict[str, str]) -> Iterator[dict[str, str]]:
    process = started(gateway_environment, "gateway-auth", "serve", address=settings["VF_GATEWAY_BIND"], **settings)
    yield settings
    process.terminate()
    assert process.wait(30) == 0


def verified(gateway: dict[str, str], token: str | None) -> tuple[int, dict[str, str]]:
    forwarded = {
        "X-Forwarded-Method": "GET",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "shop.example.test",
        "X-Forwarded-Uri": "/orders",
    }
    credential = {"Authorization": f"Bearer {token}"} if token else {}
    deadline = time.monotonic() + 30
    while True:
        status, headers, _ = get(gateway["VF_GATEWAY_BIND"], "/verify?audience=orders", {**forwarded, **credential})
        if status != 503 or time.monotonic() > deadline:  # until the key set has been fetched
            return status, headers
        time.sleep(0.1)


def test_the_gateway_serves_and_explains(
    gateway: dict[str, str], issuer: tuple[str, str], gateway_environment: Installed
) -> None:
    assert verified(gateway, None)[0] == 401
    status, headers = verified(gateway, issuer[1])
    assert (status, headers["X-User-Id"]) == (200, "usr_1")
    explained = gateway_environment.run("gateway-auth", "explain", "--audience", "orders", text=issuer[1], **gateway)
    assert "ALLOWED" in explained
    assert gateway_environment.run("gateway-auth", "--version") == "gateway-auth 0.1.0\n"


def test_the_gateway_checks_itself_once_the_lint_is_installed(
    wheels: dict[str, Path], settings: dict[str, str], tmp_path: Path
) -> None:
    environment = Installed(tmp_path)
    environment.install(*(str(wheels[name]) for name in ("vf-services-tokens", "vf-services-lint")))
    environment.import_all_of("vf_lint")
    assert environment.run("vf-lint", "--version") == "vf-lint 0.1.0\n"
    static = str(ROOT / "traefik/traefik.yml")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # Traefik is no dependency: it is found in PATH
    shipped = ["--traefik-static", static, "--traefik-dynamic", str(ROOT / "traefik/dynamic"), "--strict"]
    assert "no errors, no warnings" in environment.run("vf-lint", *shipped, PATH=path)
    environment.install(
        *(str(wheels[name]) for name in ("vf-services-tokens", "vf-services-lint", "vf-services-gateway"))
    )
    checked = environment.run(
        "gateway-auth",
        "check",
        "--online",
        "--traefik-static",
        static,
        status=1,
        **{**settings, "VF_JWKS_URL": "http://127.0.0.1:9/jwks.json"},
    )
    assert "dependency-unreachable" in checked


def test_the_gateway_without_the_lint_names_the_package(gateway_environment: Installed) -> None:
    assert "vf-services-lint" in gateway_environment.run("gateway-auth", "check", status=2)


SETTINGS = """
SECRET_KEY = "of a test"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "orders"
INSTALLED_APPS = ["vf_django"]
MIDDLEWARE = ["vf_django.middleware.RequestContextMiddleware", "vf_django.middleware.EdgeIdentityMiddleware"]
VF_EDGE = {{"AUDIENCE": "orders", "JWKS_URL": "http://{keys}/.well-known/jwks.json"}}
WSGI_APPLICATION = "orders.application"
"""
ORDERS = """
from django.http import JsonResponse
from django.urls import path
from vf_django.urls import internal_urlpatterns
from vf_django.wsgi import get_wsgi_application

def who(request):
    user = request.user
    return JsonResponse({"id": user.id, "roles": list(user.roles), "signed in": user.is_authenticated})

urlpatterns = [path("orders", who), *internal_urlpatterns]
application = get_wsgi_application()
"""


def test_a_small_django_service_knows_the_user_by_proof_alone(
    wheels: dict[str, Path], gateway: dict[str, str], issuer: tuple[str, str], tmp_path: Path
) -> None:
    environment = Installed(tmp_path)
    environment.install(*(str(wheels[name]) for name in ("vf-services-tokens", "vf-services-django")))
    (tmp_path / "orders_settings.py").write_text(SETTINGS.format(keys=gateway["VF_GATEWAY_INTERNAL_BIND"]))
    (tmp_path / "orders.py").write_text(ORDERS)
    address = f"127.0.0.1:{free_port()}"
    variables = {"DJANGO_SETTINGS_MODULE": "orders_settings", "PYTHONPATH": str(tmp_path)}
    command = ("python", "-m", "django", "runserver", "--noreload", address)
    process = started(environment, *command, address=address, **variables)
    try:
        proven = {name: value for name, value in verified(gateway, issuer[1])[1].items() if name.startswith("X-User-")}
        assert json.loads(get(address, "/orders", proven)[2]) == {"id": "usr_1", "roles": ["clerk"], "signed in": True}
        forged = {**proven, "X-User-Id": "usr_2"}
        assert json.loads(get(address, "/orders", forged)[2])["signed in"] is False
        assert get(address, "/healthz", {})[0] == 200
        assert get(address, "/metrics", {})[0] == 404  # an extra
    finally:
        process.terminate()
        process.wait(30)
    library = wheels["vf-services-django"]
    environment.install(str(wheels["vf-services-tokens"]), f"{library}[drf,openapi,direct,metrics]")
    environment.run(
        "python",
        "-c",
        "import django, importlib, pkgutil, vf_django; django.setup()\n"
        "for module in pkgutil.walk_packages(vf_django.__path__, 'vf_django.'): importlib.import_module(module.name)",
        **variables,
    )
