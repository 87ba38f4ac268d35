"""Sign-in with a real OpenID Connect provider, through the whole platform."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from runner import Platform
from tests.edge_client import EdgeClient

UPSTREAM = Path(__file__).resolve().parents[2] / "services/identity-provider/tests/providers/upstream.py"
WITHIN_SECONDS = 60.0


@contextmanager
def started_provider(start_platform: Callable[..., Platform], folder: Path) -> Iterator[tuple[Platform, str]]:
    """Start a provider, and a platform whose users can sign in with it. Yield the platform and the issuer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        issuer = f"http://127.0.0.1:{free.getsockname()[1]}"
    (folder / "secret").write_text("the secret of a client")
    (folder / "providers.toml").write_text(
        f'[company]\nname = "Company"\nissuer = "{issuer}"\nclient_id = "vf-services"\nclient_secret_file = "secret"\n'
    )
    with start_platform(VF_PROVIDERS_FILE=str(folder / "providers.toml")) as platform:
        origin = platform.settings.public_url("")
        callbacks = [f"{origin}/api/auth/{path}/company/callback/" for path in ("flow/provider", "account/providers")]
        command = [sys.executable, str(UPSTREAM), str(folder), issuer.rpartition(":")[2], issuer, *callbacks]
        with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
            deadline = time.monotonic() + WITHIN_SECONDS
            while not _answers(issuer):
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield platform, issuer
            process.terminate()


@pytest.fixture(scope="module")
def provider(start_platform: Callable[..., Platform], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform whose users can sign in with the provider."""
    with started_provider(start_platform, tmp_path_factory.mktemp("provider")) as (platform, _):
        yield platform


def _answers(issuer: str) -> bool:
    try:
        return httpx.get(f"{issuer}/.well-known/openid-configuration").status_code == 200
    except httpx.TransportError:
        return False


def at_the_provider(name: str, url: str) -> str:
    """Return the path and query to which the provider leads ``name`` back."""
    with httpx.Client() as browser:
        page = httpx.URL(url)
        browser.get(f"{page.scheme}://{page.host}:{page.port}/be/{name}/").raise_for_status()
        answer = browser.get(url)
        assert answer.status_code == 302, answer.text
        return httpx.URL(answer.headers["location"]).raw_path.decode()


def test_a_user_signs_in_with_the_provider_and_connects_it_to_another_account(provider: Platform) -> None:
    # A browser adds these headers when a page of another site leads to ours
    navigation = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    with EdgeClient(provider.settings) as vera, EdgeClient(provider.settings) as alice:
        assert vera.get("/api/auth/providers/").json() == [{"id": "company", "name": "Company"}]
        begun = vera.post("/api/auth/flow/provider/company/", json={"next": "/billing/"})
        assert begun.status_code == 200, begun.text
        done = vera.get(at_the_provider("vera", begun.json()["url"]), headers=navigation)
        assert (done.status_code, done.headers["location"]) == (302, "/billing/")
        assert vera.get("/api/profile/").json()["email"] == "vera@example.test"
        alice.sign_in("alice")
        url = alice.post("/api/auth/account/providers/company/").json()["url"]
        back = at_the_provider("alice", url)
        done = alice.get(back, headers=navigation)
        assert (done.status_code, done.headers["location"]) == (302, "/accounts/security/?connected=company")
        assert [row["email"] for row in alice.get("/api/auth/account/providers/").json()] == ["alice@example.test"]
        assert vera.get(back, headers=navigation).headers["location"].endswith("problem=provider_refused")
