"""A separate platform for damage: each test stops one component and restores it."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from redis import Redis
from runner import Platform
from tests.edge_client import DEMO_PASSWORDS
from tests.security.attack.situation import Account, Situation
from tests.security.attack.wire import Endpoint, Reply, exchange
from vf_tokens import signing_key_from_pem

MAX_STALENESS = 3
"""Seconds; 30 in production."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(*numbers): which rows of docs/attack-suite.md a test covers")


class Damaged:
    """The platform, with ways to send requests and to damage it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        settings = platform.settings
        self.ports = settings.ports
        key = min((settings.state_dir / "keys").glob("*.pem"), key=lambda path: path.name)
        self.nobody = Situation(
            endpoint=Endpoint("127.0.0.1", self.ports.http),
            authority=f"{settings.base_domain}:{self.ports.http}",
            base_domain=settings.base_domain,
            issuer=f"https://{settings.base_domain}",
            signing_key=signing_key_from_pem(key.read_bytes()),
            full=True,
        )

    def sign_in(self, name: str = "alice") -> tuple[Situation, str]:
        """Return a situation with a new session's token, and its ``Cookie`` header."""
        reply = self.log_in(name, DEMO_PASSWORDS[name])
        assert reply.status == 200, reply.whole
        jar = "; ".join(line.partition(";")[0] for line in reply.every("Set-Cookie"))
        return replace(self.nobody, account=Account(json.loads(reply.body)["access_token"], name)), jar

    def forget_failures(self) -> None:
        """Delete the counts of failed sign-ins, which last for 15 minutes."""
        file = self.platform.settings.state_dir / "databases" / "identity-provider.sqlite3"
        with closing(sqlite3.connect(file, timeout=20)) as database, database:
            database.execute("DELETE FROM signin_failurecount")

    def log_in(self, name: str, password: str) -> Reply:
        body = json.dumps({"username": name, "password": password, "include_token": True}).encode()
        return self.post("/api/auth/login/", body=body)

    def post(self, path: str, *, jar: str = "", body: bytes = b"") -> Reply:
        lines = [("Content-Type", "application/json"), *([("Cookie", jar)] if jar else [])]
        return exchange(self.nobody.endpoint, self.nobody.request(*lines, method="POST", target=path, body=body))

    def ask(self, s: Situation, path: str | None = None) -> int:
        """Return the status of a request with the user's token."""
        return exchange(s.endpoint, s.request(s.bearer, target=path)).status

    def inside(self, port: int, path: str) -> Reply:
        """Send a request to a component's internal port."""
        return exchange(Endpoint("127.0.0.1", port), f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def redis(self) -> Redis:
        """Return a client with the account that may write; the default user is disabled."""
        url = self.platform.settings.credentials().publisher_url.read_text()
        return Redis.from_url(url, socket_timeout=5)

    @contextmanager
    def frozen(self, process: str) -> Iterator[None]:
        """Stop the process, without closing its connections."""
        pid = self.platform.pid(process)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


def eventually(check: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Return True as soon as the check is, False if the time runs out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.05)
    return check()


@pytest.fixture(scope="session")
def damaged_platform(start_platform: Callable[..., Platform]) -> Iterator[Platform]:
    variables = {
        "VF_REVOCATION_MAX_STALENESS": str(MAX_STALENESS),
        "VF_KEY_ACTIVATION_DELAY": "6",
        "VF_WORKERS": "2",
        "VF_JWKS_REFRESH": "5",
    }
    with start_platform(**variables) as platform:
        yield platform


@pytest.fixture
def damaged(damaged_platform: Platform) -> Iterator[Damaged]:
    """Return the platform, intact before and after each test."""
    damaged = Damaged(damaged_platform)
    alice, _ = damaged.sign_in()
    yield damaged
    assert eventually(lambda: damaged.ask(alice) == 200, 40), "the platform did not come back"
    assert eventually(lambda: damaged.inside(damaged.ports.gateway_internal, "/readyz").status == 200, 20)
