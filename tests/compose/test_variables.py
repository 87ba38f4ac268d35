"""Variables of the processes: exactly those that they read, from docker-compose.yml and from the local runner."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from deploy.prepare.services import discover
from runner import Settings
from runner.handing_on import FIXED, not_handed_on
from runner.process import Process
from runner.processes import ProcessPlan
from vf_runtime import variables

SERVICES = yaml.safe_load((Path(__file__).resolve().parents[2] / "docker-compose.yml").read_text())["services"]
PARTS = ["identity-provider", "revocation-relay", "billing", "inventory", "website", "gateway-auth", "traefik"]

NOT_IN_COMPOSE = {
    "VF_AUTH_MODE",  # containers are behind the edge
    "VF_EDGE_JWKS_FILE",  # VF_EDGE_JWKS_URL is set
    "VF_BIND",  # set in the images
    "VF_GATEWAY_BIND",
    "VF_GATEWAY_INTERNAL_BIND",
    "VF_SIGNING_KEYS_DIR",
    "VF_GATEWAY_URL",  # Traefik's files default to the containers' host names
    "VF_GATEWAY_INTERNAL_URL",
    "VF_IDENTITY_URL",
    "VF_WEBSITE_URL",
    "VF_TRAEFIK_INTERNAL_URL",
    "VF_SERVICES",  # read from the file that the container init wrote
}
URLS = {service.url_variable for service in discover()}
"""Traefik's variables, with the name of each service."""


def of_ours(environment: Mapping[str, object]) -> set[str]:
    """Return the platform's variables of an environment, without the suffix ``_FILE``."""
    names = {variables.plain(name) for name in environment}
    return {name for name in names if name.startswith(("VF_", "BASE_", "DATABASE_"))}


# -- docker-compose.yml -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("container", [*PARTS, "init"])
def test_a_container_gets_exactly_what_it_reads(container: str) -> None:
    assert of_ours(SERVICES[container]["environment"]) == variables.read_by(container) - NOT_IN_COMPOSE


@pytest.mark.parametrize("container", ["identity-database", "billing-database", "inventory-database"])
def test_a_container_that_prepares_a_database_gets_what_the_part_reads_that_serves_nothing(container: str) -> None:
    part = "revocation-relay" if container == "identity-database" else container.removesuffix("-database")
    serving = variables.read_by("website") - variables.read_by("revocation-relay")
    assert of_ours(SERVICES[container]["environment"]) == variables.read_by(part) - serving - NOT_IN_COMPOSE


# -- the local runner -------------------------------------------------------------------------------------------------


def processes(folder: Path, **given: str) -> dict[str, Process]:
    settings = Settings.from_environment(given, state_dir=folder)
    credentials = settings.credentials()
    credentials.create()
    return {process.name: process for process in ProcessPlan(settings, credentials, settings.certificates()).all()}


EVERY = {
    **{name: "set" for name in variables.READ_BY if name not in ("VF_ENV", "VF_JWT_ALGORITHM", "VF_AUTH_MODE")},
    **{name: str(8000 + number) for number, name in enumerate(variables.READ_BY) if name.endswith("_PORT")},
    "VF_LAYOUT": "subdomains",
    "VF_ADMIN": "on",
    "VF_PORT_BASE": "8000",
}
MODES = {
    "as usual": {},
    "with a shared secret": {"VF_JWT_ALGORITHM": "HS256"},
    "in direct mode": {"VF_AUTH_MODE": "direct"},
    "in direct mode with a shared secret": {"VF_AUTH_MODE": "direct", "VF_JWT_ALGORITHM": "HS256"},
}


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES.keys())
@pytest.mark.parametrize("part", PARTS)
def test_a_process_gets_nothing_that_it_does_not_read(part: str, mode: dict[str, str], tmp_path: Path) -> None:
    read = variables.read_by(part, direct="VF_AUTH_MODE" in mode)
    assert of_ours(processes(tmp_path, **EVERY, **mode)[part].environment) - URLS <= read


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES.keys())
@pytest.mark.parametrize("part", PARTS)
def test_a_process_gets_everything_that_it_reads(part: str, mode: dict[str, str], tmp_path: Path) -> None:
    read = variables.read_by(part, direct="VF_AUTH_MODE" in mode) - {"VF_EDGE_JWKS_FILE"}
    if "VF_JWT_ALGORITHM" not in mode:
        read -= {"VF_JWT_SECRET"}  # only for components that need it, if they do
    given = {"VF_AUTH_MODE": "edge", "VF_JWT_ALGORITHM": "ES256", **EVERY, **mode}
    assert read - of_ours(processes(tmp_path, **given)[part].environment) == set()


def test_what_nobody_gets_has_a_reason(tmp_path: Path) -> None:
    plan = processes(tmp_path, **EVERY)
    handed_on = {item for process in plan.values() for item in process.environment.items()}
    own = {name for part in ("runner", "attack", "tests") for name in variables.read_by(part)}
    reached = {name for name in EVERY if (name, EVERY[name]) in handed_on}
    assert EVERY.keys() - reached - own == (FIXED.keys() | {"VF_JWKS_URL", "VF_JWT_SECRET"}) & EVERY.keys()
    lines = not_handed_on(EVERY, (process.environment for process in plan.values()), discover())
    assert {line.partition(" ")[0] for line in lines} == EVERY.keys() - reached - own
    assert [line for line in lines if " is not used: " not in line or "in this mode" in line] == []


def test_an_origin_reaches_the_gateway_and_the_identity_provider(tmp_path: Path) -> None:
    plan = processes(tmp_path, VF_CORS_EXTRA_ORIGINS="https://app.example")
    holders = {name for name, process in plan.items() if "VF_CORS_EXTRA_ORIGINS" in process.environment}
    assert holders == {"gateway-auth", "identity-provider", "revocation-relay"}


def test_a_file_is_handed_on_as_one(tmp_path: Path) -> None:
    environment = processes(tmp_path, VF_JWT_ISSUER_FILE="/issuer")["gateway-auth"].environment
    assert environment["VF_JWT_ISSUER_FILE"] == "/issuer"


KEY_SOURCES = [
    ({}, "VF_JWKS_URL"),
    ({"VF_JWKS_URL": "https://keys.example"}, "VF_JWKS_URL"),
    ({"VF_JWT_SECRET_FILE": "/secret"}, "VF_JWT_SECRET_FILE"),
    ({"VF_JWT_ALGORITHM": "HS256"}, "VF_JWT_SECRET_FILE"),
]


@pytest.mark.parametrize(("given", "source"), KEY_SOURCES)
def test_direct_mode_has_one_source_of_keys(given: dict[str, str], source: str, tmp_path: Path) -> None:
    environment = processes(tmp_path, VF_AUTH_MODE="direct", **given)["billing"].environment
    assert [name for name in environment if name.startswith(("VF_JWKS_URL", "VF_JWT_SECRET"))] == [source]
    assert environment[source] == given.get(source, environment[source])


def test_what_is_not_used_is_told_and_never_its_value(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgres://hunter2", "VF_CORS_EXTRA_ORIGIN": "hunter2", "VF_LOG_LEVEL": "DEBUG"}
    plan = processes(tmp_path, **given)
    lines = not_handed_on(given, (process.environment for process in plan.values()), discover())
    assert lines == [
        "VF_CORS_EXTRA_ORIGIN is not a known variable and has no effect. Did you mean VF_CORS_EXTRA_ORIGINS?",
        f"DATABASE_URL is not used: {FIXED['DATABASE_URL']}",
    ]
