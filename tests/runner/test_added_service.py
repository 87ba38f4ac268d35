"""Services added only by new files, by hand and by `make service`, in two platforms that differ in one variable."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import own_environment

ROOT = Path(__file__).resolve().parents[2]
FILES = Path(__file__).parent / "added_service"
DOMAIN = "vfservices.localhost"
OFFSETS = (0, 443, *range(101, 111))


class Running:
    """A platform of the copied tree, started by the runner's own commands with one variable."""

    def __init__(self, tree: Path, base: int) -> None:
        self.tree, self.base = tree, base
        self.folder = tree / ".run" / str(base)
        self.environment = own_environment(VF_PORT_BASE=str(base), VF_ORDERS_GREETING="good day", NO_COLOR="1")

    def runner(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "runner", command],
            cwd=self.tree,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def ask(self, client: httpx.Client, path: str, *, host: str = DOMAIN, **options: object) -> httpx.Response:
        """Send a request to the public entry point. Cookies ignore ports, so one client is one browser."""
        method = str(options.pop("method", "GET"))
        headers = {"Host": f"{host}:{self.base}", **options.pop("headers", {})}  # type: ignore[dict-item]
        return client.request(method, f"http://127.0.0.1:{self.base}{path}", headers=headers, **options)  # type: ignore[arg-type]

    def sign_in(self, client: httpx.Client, name: str) -> None:
        body = {"username": name, "password": f"{name}123"}
        answer = self.ask(client, "/api/auth/login/", method="POST", json=body)
        assert answer.status_code == 200, answer.text


def git(tree: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=test", "-c", "user.email=test@example.test", *arguments]
    return subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True).stdout


def free_base(taken: int = 0) -> int:
    """Return a base whose ports are all free, below the range of outgoing connections."""
    for base in range(20_000, 31_000, 500):
        if base != taken and all(can_listen(base + offset) for offset in OFFSETS):
            return base
    pytest.fail("no ports are free")


def can_listen(port: int) -> bool:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy all tracked and new files into a repository, then add the service's files."""
    tree = tmp_path_factory.mktemp("tree")
    for name in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    git(tree, "init", "--quiet")
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message", "the tree as it is")
    shutil.copytree(FILES, tree, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    created = subprocess.run(
        [sys.executable, "tools/new_service.py", "late-returns"], cwd=tree, env=own_environment(), check=True
    )
    assert created.returncode == 0
    return tree


@pytest.fixture(scope="module")
def start(tree: Path) -> Iterator[Callable[[int], Running]]:
    started: list[Running] = []

    def start(base: int) -> Running:
        running = Running(tree, base)
        started.append(running)
        result = running.runner("start")
        assert result.returncode == 0, result.stdout
        return running

    yield start
    for running in started:
        running.runner("stop")


@pytest.fixture(scope="module")
def first(start: Callable[[int], Running]) -> Running:
    return start(free_base())


@pytest.fixture(scope="module")
def second(first: Running, start: Callable[[int], Running]) -> Running:
    return start(free_base(taken=first.base))


@pytest.fixture
def visitor() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30) as client:
        yield client


def test_no_tracked_file_was_changed(tree: Path, first: Running) -> None:
    state = git(tree, "status", "--porcelain", "--untracked-files=all").splitlines()
    assert {line[:2] for line in state} == {"??"}
    created = [line[3:] for line in state if "late-returns" in line]
    assert {path.partition("late-returns")[0] for path in created} == {"services/", "traefik/dynamic/"}
    assert {line[3:] for line in state} - set(created) == {
        str(path.relative_to(FILES)) for path in FILES.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert first.folder.is_dir()


def test_the_runner_watches_its_health(first: Running) -> None:
    state = json.loads((first.folder / "runner.json").read_text())
    assert state["processes"]["orders"]["state"] == "ready"
    assert "orders" in first.runner("status").stdout
    answer = httpx.get(f"http://127.0.0.1:{first.base + 109}/readyz")
    assert answer.status_code == 200
    with httpx.Client() as stranger:
        assert first.ask(stranger, "/readyz", host=f"orders.{DOMAIN}").status_code == 404


def test_it_is_killed_and_comes_back(first: Running) -> None:
    pid = json.loads((first.folder / "runner.json").read_text())["processes"]["orders"]["pid"]
    os.kill(pid, 9)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        process = json.loads((first.folder / "runner.json").read_text())["processes"]["orders"]
        if process["state"] == "ready" and process["pid"] != pid:
            return
        time.sleep(0.2)
    pytest.fail("orders did not come back")


def test_a_stranger_is_denied_and_made_up_headers_do_not_help(first: Running, visitor: httpx.Client) -> None:
    forged = {"X-User-Id": "usr_forged", "X-User-Name": "admin", "X_User_Roles": "admin"}
    assert first.ask(visitor, "/api/orders/").status_code == 401
    assert first.ask(visitor, "/api/orders/", headers=forged).status_code == 401
    assert httpx.get(f"http://127.0.0.1:{first.base + 109}/api/orders/", headers=forged).status_code in (400, 401)


@pytest.mark.parametrize("host", [DOMAIN, f"orders.{DOMAIN}"])
def test_it_is_told_who_asks_and_never_the_credential(first: Running, visitor: httpx.Client, host: str) -> None:
    first.sign_in(visitor, "alice")
    forged = {"X-User-Id": "usr_forged", "X-User-Name": "admin", "X-User-Roles": "admin"}
    answer = first.ask(visitor, "/api/orders/", host=host, headers=forged)
    assert answer.status_code == 200, answer.text
    profile = first.ask(visitor, "/api/profile/").json()
    user = answer.json()["user"]
    assert (user["name"], user["roles"]) == ("alice", ["customer"])
    assert user["id"] == profile["id"]
    assert answer.json()["credentials"] == []


def test_a_variable_of_its_own_reaches_it(first: Running, visitor: httpx.Client) -> None:
    first.sign_in(visitor, "alice")
    assert first.ask(visitor, "/api/orders/").json()["greeting"] == "good day"
    log = (first.folder / "log" / "runner.log").read_text()
    assert "VF_ORDERS_GREETING" not in log


def test_cors_knows_its_host(first: Running, visitor: httpx.Client) -> None:
    def allowed(origin: str, host: str, path: str) -> str | None:
        headers = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        answer = first.ask(visitor, path, host=host, method="OPTIONS", headers=headers)
        return answer.headers.get("access-control-allow-origin")

    page, own = f"http://{DOMAIN}:{first.base}", f"http://orders.{DOMAIN}:{first.base}"
    assert allowed(page, f"orders.{DOMAIN}", "/api/orders/") == page
    assert allowed(own, f"billing.{DOMAIN}", "/api/billing/summary/") == own
    assert allowed("https://elsewhere.example", f"orders.{DOMAIN}", "/api/orders/") is None


def test_signing_out_is_effective_there(first: Running, visitor: httpx.Client) -> None:
    first.sign_in(visitor, "bob")
    token = next(value for name, value in visitor.cookies.items() if name.endswith("_jwt_token"))
    bearer = {"Authorization": f"Bearer {token}"}
    with httpx.Client() as script:
        assert first.ask(script, "/api/orders/", headers=bearer).status_code == 200
        assert first.ask(visitor, "/api/auth/logout/", method="POST").status_code in (200, 204)
        deadline = time.monotonic() + 5
        while first.ask(script, "/api/orders/", headers=bearer).status_code == 200 and time.monotonic() < deadline:
            time.sleep(0.05)
        answer = first.ask(script, "/api/orders/", headers=bearer)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


CREATED = "/api/late-returns/entries/"


def test_a_created_service_serves_its_users_own_rows(first: Running) -> None:
    with httpx.Client(timeout=30) as stranger, httpx.Client(timeout=30) as alice, httpx.Client(timeout=30) as bob:
        assert first.ask(stranger, CREATED).json()["code"] == "credential_required"
        first.sign_in(alice, "alice")
        first.sign_in(bob, "bob")
        made = first.ask(alice, CREATED, method="POST", json={"title": "A kettle"})
        assert made.status_code == 201, made.text
        mine = first.ask(alice, CREATED.replace("/api/", "/api/v1/"), host=f"late-returns.{DOMAIN}").json()["results"]
        assert [entry["title"] for entry in mine] == ["A kettle"]
        assert first.ask(bob, CREATED).json()["results"] == []


def test_a_role_guards_an_action_of_a_created_service(first: Running) -> None:
    with httpx.Client(timeout=30) as alice, httpx.Client(timeout=30) as admin:
        first.sign_in(alice, "alice")
        first.sign_in(admin, "admin")
        entry = first.ask(alice, CREATED, method="POST", json={"title": "A lamp"}).json()
        close = f"{CREATED}{entry['id']}/close/"
        refused = first.ask(alice, close, method="POST")
        assert (refused.status_code, refused.json()["code"]) == (403, "role_required")
        assert first.ask(admin, close, method="POST").json()["is_closed"] is True


def test_one_browser_is_signed_in_at_both_platforms(first: Running, second: Running, visitor: httpx.Client) -> None:
    first.sign_in(visitor, "alice")
    second.sign_in(visitor, "bob")
    names = [platform.ask(visitor, "/api/orders/").json()["user"]["name"] for platform in (first, second)]
    assert names == ["alice", "bob"]
    assert first.ask(visitor, "/api/auth/logout/", method="POST").status_code in (200, 204)
    assert first.ask(visitor, "/api/orders/").status_code == 401
    assert second.ask(visitor, "/api/orders/").json()["user"]["name"] == "bob"


def test_the_platforms_share_no_file(first: Running, second: Running) -> None:
    names = ("secrets/assertion-key.pem", "secrets/billing-django-key", "tls/ca.crt", "runner.json")
    for name in names:
        assert (first.folder / name).read_bytes() != (second.folder / name).read_bytes()
    assert {path.name for path in (first.tree / ".run").iterdir()} == {str(first.base), str(second.base)}
