"""The platform for the tests of the root session: the real one, on free ports, next to a running one."""

import os
from collections.abc import Callable, Iterator

import chromium
import pytest

from runner import CannotStart, Platform, Ports
from tests.edge_client import EdgeClient

NewClient = Callable[..., EdgeClient]


def own_environment(**variables: str) -> dict[str, str]:
    """Return this shell's environment without variables of the platform."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VF_", "BASE_DOMAIN"))}
    return {**kept, **variables}


@pytest.fixture(scope="session")
def start_platform(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Platform]:
    """Return a context manager that starts a separate platform with these variables."""

    def start(**variables: str) -> Platform:
        state_dir = tmp_path_factory.mktemp("platform")
        return Platform(ports=Ports.free(), state_dir=state_dir, env=own_environment(**variables))

    return start


@pytest.fixture(scope="session")
def platform(start_platform: Callable[..., Platform]) -> Iterator[Platform]:
    """Return the running platform: one origin, demo users, the shipped configuration."""
    try:
        # Tests keep a session for longer than five minutes on a busy machine.
        with start_platform(VF_ACCESS_TOKEN_LIFETIME="3600") as platform:
            yield platform
    except CannotStart as failure:
        pytest.fail(f"{failure}\n{failure.log}\n{failure.advice}", pytrace=False)


@pytest.fixture(scope="session")
def subdomains(start_platform: Callable[..., Platform]) -> Iterator[Platform]:
    """Return the platform in the second layout: pages on BASE_DOMAIN, APIs on their own hosts, cookies
    for all of them.
    """
    with start_platform(VF_LAYOUT="subdomains") as platform:
        yield platform


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Share one Playwright among all browser tests: two can't share a thread."""
    if not chromium.find():
        pytest.fail(chromium.MISSING, pytrace=False)
    return {**browser_type_launch_args, **chromium.launch_arguments()}


@pytest.fixture
def new_client(platform: Platform) -> Iterator[NewClient]:
    """Return a function that creates clients with separate cookies: ``new_client(subdomain="billing")``."""
    clients: list[EdgeClient] = []

    def new(**options: object) -> EdgeClient:
        clients.append(EdgeClient(platform.settings, **options))
        return clients[-1]

    yield new
    for client in clients:
        client.close()


@pytest.fixture
def client(new_client: NewClient) -> EdgeClient:
    """Return an anonymous client, on BASE_DOMAIN."""
    return new_client()


@pytest.fixture
def alice(new_client: NewClient) -> EdgeClient:
    """Return a client that is signed in as a customer."""
    client = new_client()
    client.sign_in("alice")
    return client


@pytest.fixture
def admin(new_client: NewClient) -> EdgeClient:
    """Return a client that is signed in as the operator."""
    client = new_client()
    client.sign_in("admin")
    return client
