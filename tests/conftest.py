"""The platform that the tests of the root session share: the real thing, on free ports, beside a running one."""

import os
from collections.abc import Callable, Iterator

import chromium
import pytest

from runner import CannotStart, Platform, Ports
from tests.edge_client import EdgeClient

NewClient = Callable[..., EdgeClient]


def own_environment(**variables: str) -> dict[str, str]:
    """This shell's environment without its platform's variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VF_", "BASE_DOMAIN"))}
    return {**kept, **variables}


@pytest.fixture(scope="session")
def start_platform(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Platform]:
    """Makes a platform of its own with these variables; use it as a context manager."""

    def start(**variables: str) -> Platform:
        state_dir = tmp_path_factory.mktemp("platform")
        return Platform(ports=Ports.free(), state_dir=state_dir, env=own_environment(**variables))

    return start


@pytest.fixture(scope="session")
def platform(start_platform: Callable[..., Platform]) -> Iterator[Platform]:
    """Ready to be used: one origin, demo users, the shipped configuration."""
    try:
        # Tests keep a sign-in for the whole session, which takes longer than five minutes on a busy machine.
        with start_platform(VF_ACCESS_TOKEN_LIFETIME="3600") as platform:
            yield platform
    except CannotStart as failure:
        pytest.fail(f"{failure}\n{failure.log}\n{failure.advice}", pytrace=False)


@pytest.fixture(scope="session")
def subdomains(start_platform: Callable[..., Platform]) -> Iterator[Platform]:
    """The second way to deploy: pages on BASE_DOMAIN, APIs on their own hosts, cookies for all of them."""
    with start_platform(VF_LAYOUT="subdomains") as platform:
        yield platform


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Every browser test of this session uses one Playwright: two of them cannot share a thread."""
    if not chromium.find():
        pytest.fail(chromium.MISSING, pytrace=False)
    return {**browser_type_launch_args, **chromium.launch_arguments()}


@pytest.fixture
def new_client(platform: Platform) -> Iterator[NewClient]:
    """Makes clients, each with cookies of its own: ``new_client(subdomain="billing")``."""
    clients: list[EdgeClient] = []

    def new(**options: object) -> EdgeClient:
        clients.append(EdgeClient(platform.settings, **options))
        return clients[-1]

    yield new
    for client in clients:
        client.close()


@pytest.fixture
def client(new_client: NewClient) -> EdgeClient:
    """Nobody yet, on BASE_DOMAIN."""
    return new_client()


@pytest.fixture
def alice(new_client: NewClient) -> EdgeClient:
    """Signed in as a customer."""
    client = new_client()
    client.sign_in("alice")
    return client


@pytest.fixture
def admin(new_client: NewClient) -> EdgeClient:
    """Signed in as the operator."""
    client = new_client()
    client.sign_in("admin")
    return client
