"""Containers get the variables that the same process gets in the local run."""

from pathlib import Path

import pytest
import yaml

from runner import processes
from runner.certificates import Certificates
from runner.credentials import Credentials
from runner.settings import Settings

SERVICES = yaml.safe_load((Path(__file__).resolve().parents[2] / "docker-compose.yml").read_text())["services"]
CONTAINERS = {"valkey": "redis"}

ONLY_LOCAL = {
    "VF_AUTH_MODE",  # containers stand behind the edge
    "VF_BIND",  # in the images
    "VF_GATEWAY_BIND",
    "VF_GATEWAY_INTERNAL_BIND",
    "VF_SIGNING_KEYS_DIR",
    "VF_GATEWAY_URL",  # Traefik's files have the containers' addresses as defaults
    "VF_GATEWAY_INTERNAL_URL",
    "VF_IDENTITY_URL",
    "VF_BILLING_URL",
    "VF_INVENTORY_URL",
    "VF_WEBSITE_URL",
    "VF_TRAEFIK_INTERNAL_URL",
}


class EverySet(dict[str, str]):
    """As if each variable that a process may be given were set."""

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        return self[name]

    def __missing__(self, name: str) -> str:
        return "" if name.endswith("_FILE") else "set"


def local_variables(folder: Path) -> dict[str, set[str]]:
    settings = Settings.from_environment({}, state_dir=folder)
    Credentials(settings).create()
    settings = Settings(settings.ports, folder, settings.base_domain, settings.layout, EverySet())
    plan = processes.ProcessPlan(settings, Credentials(settings), Certificates(settings))
    return {process.name: {plain(name) for name in process.environment} for process in plan.all()}


def plain(name: str) -> str:
    return name.removesuffix("_FILE") if name not in ("VF_TLS_CERT_FILE", "VF_TLS_KEY_FILE") else name


@pytest.mark.parametrize(
    "process",
    ["identity-provider", "revocation-relay", "billing", "inventory", "website", "gateway-auth", "traefik"],
)
def test_a_container_gets_what_the_local_process_gets(process: str, tmp_path: Path) -> None:
    given = {plain(name) for name in SERVICES[process]["environment"]}
    local = {name for name in local_variables(tmp_path)[process] if name.startswith(("VF_", "BASE_", "DATABASE_"))}
    assert local - given - ONLY_LOCAL == set()
