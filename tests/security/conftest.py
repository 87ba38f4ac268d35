"""Situations of an attacker: a URL, an account, and for some tokens the platform's own key."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runner import Platform
from tests.edge_client import DEMO_PASSWORDS
from tests.security.attack.situation import Account, Situation
from tests.security.attack.wire import Endpoint, Reply, exchange
from tests.security.behind import EchoEdge
from vf_tokens import signing_key_from_pem

SignIn = Callable[[str], Situation]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(*numbers): which rows of docs/attack-suite.md a test covers")


@pytest.fixture(scope="session")
def nobody(platform: Platform) -> Situation:
    """Return the shipped edge without an account, with the signing key."""
    return without_account(platform)


@pytest.fixture(scope="session")
def sign_in(nobody: Situation) -> SignIn:
    """Return a function that creates a situation with a demo user's token, each in a new session."""

    def sign_in(name: str) -> Situation:
        return with_account(nobody, name)

    return sign_in


@pytest.fixture(scope="session")
def situation(sign_in: SignIn) -> Situation:
    """Return a situation with alice's token, for tests that don't end her session."""
    return sign_in("alice")


@pytest.fixture(scope="session")
def echo_edge(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EchoEdge]:
    """Return the shipped configuration and the real gateway, with an echo server in place of each service."""
    folder: Path = tmp_path_factory.mktemp("echo-edge")
    with EchoEdge(platform.settings, folder) as edge:
        yield edge


def without_account(platform: Platform) -> Situation:
    """Return an anonymous situation at the pages' host of a platform, with the signing key."""
    settings = platform.settings
    key = min((settings.state_dir / "keys").glob("*.pem"), key=lambda path: path.name)
    return Situation(
        endpoint=Endpoint("127.0.0.1", settings.ports.http),
        authority=f"{settings.base_domain}:{settings.ports.http}",
        base_domain=settings.base_domain,
        issuer=f"https://{settings.base_domain}",
        signing_key=signing_key_from_pem(key.read_bytes()),
        full=True,
    )


def with_account(nobody: Situation, name: str) -> Situation:
    """Return a situation with the token of a demo user's new session."""
    reply = log_in(nobody, name, DEMO_PASSWORDS[name], include_token=True)
    assert reply.status == 200, reply.body
    return replace(nobody, account=Account(json.loads(reply.body)["access_token"], name))


def log_in(s: Situation, name: str, password: str, **more: object) -> Reply:
    """Send ``POST /api/auth/login/``."""
    body = json.dumps({"username": name, "password": password, **more}).encode()
    lines = (("Content-Type", "application/json"),)
    return exchange(s.endpoint, s.request(*lines, method="POST", target="/api/auth/login/", body=body))
