"""A real provider, and a browser that goes to it and comes back."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from identity_provider.providers.settings import Provider, Providers
from tests.providers.upstream import CLIENT_ID, CLIENT_SECRET
from tests.servers import answers, free_port, wait_until

HERE = "http://vfservices.localhost"
CALLBACKS = [f"{HERE}/api/auth/{path}/company/callback/" for path in ("flow/provider", "account/providers")]


@pytest.fixture(scope="session")
def upstream(tmp_path_factory) -> Iterator[str]:
    """The issuer of a running provider."""
    folder, port = tmp_path_factory.mktemp("upstream"), free_port()
    issuer = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(Path(__file__).with_name("upstream.py")), str(folder), str(port), issuer, *CALLBACKS]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stderr=log, stdout=log) as process:
        wait_until(lambda: process.poll() is not None or answers(f"{issuer}/.well-known/openid-configuration"))
        assert process.poll() is None, (folder / "log").read_text()
        yield issuer
        process.terminate()


@pytest.fixture
def provider(configure, upstream):
    """The settings of the running provider, which a test can change."""

    def use(**changes):
        values = {"id": "company", "name": "Company", "kind": "openid_connect", "issuer": upstream}
        known = Provider(**{**values, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **changes})
        configure(providers=Providers({"company": known}), sign_up="open")
        return known

    use()
    return use


@pytest.fixture
def at_the_provider(upstream):
    """Goes to a provider's page as somebody, and returns the URL to which the provider leads back."""

    def go(name, url):
        with httpx.Client() as browser:
            assert browser.get(f"{upstream}/be/{name}/").status_code == 200
            answer = browser.get(url)
            assert answer.status_code == 302, answer.text
            return answer.headers["location"]

    return go


def path_of(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def query_of(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
