"""Files that the containers' users get (deploy/prepare/containers.py)."""

import os
from pathlib import Path

import pytest

from deploy.prepare import containers
from deploy.prepare.credentials import django_parts
from deploy.prepare.services import discover
from vf_runtime import Environment, SettingError

SERVICES = discover()
USERS = containers.users(SERVICES)


@pytest.fixture(autouse=True)
def everybody_is_me(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the change of owner, which only root may do."""
    monkeypatch.setattr(containers, "users", lambda _: dict.fromkeys(USERS, os.getuid()))
    monkeypatch.setattr(containers, "USERS", dict.fromkeys(containers.USERS, os.getuid()))


def prepare(folder: Path, **variables: str) -> Path:
    containers.prepare(Environment(variables), SERVICES, secrets=folder / "secrets", tls=folder / "tls")
    return folder / "secrets"


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    prepare(tmp_path)
    first = contents(tmp_path)
    prepare(tmp_path)
    assert contents(tmp_path) == first


def test_each_folder_can_be_opened_by_its_owner_only(tmp_path: Path) -> None:
    secrets = prepare(tmp_path)
    folders = [secrets / name for name in USERS if name != "traefik"] + [tmp_path / "tls"]
    assert {oct(folder.stat().st_mode & 0o777) for folder in folders} == {"0o700"}
    assert {oct(path.stat().st_mode & 0o777) for folder in folders for path in folder.iterdir()} == {"0o400"}


def test_a_part_gets_no_more_than_it_needs(tmp_path: Path) -> None:
    secrets = prepare(tmp_path)
    given = {name: sorted(path.name for path in (secrets / name).glob("*")) for name in USERS}
    assert given == {
        "gateway-auth": ["assertion-key.pem", "redis-url"],
        "identity-provider": ["database-url", "django-key", "redis-url", "refresh-secret"],
        "billing": ["database-url", "django-key"],
        "inventory": ["database-url", "django-key"],
        "website": ["django-key"],
        "redis": ["reader-password", "users.acl"],
        "postgres": ["billing-password", "identity-provider-password", "inventory-password", "superuser-password"],
        "traefik": [],
    }


def test_the_gateway_can_only_read_revocations_and_the_identity_provider_publishes_them(tmp_path: Path) -> None:
    secrets = prepare(tmp_path)
    assert (secrets / "gateway-auth/redis-url").read_text().startswith("redis://reader:")
    assert (secrets / "identity-provider/redis-url").read_text().startswith("redis://publisher:")


def test_every_secret_is_another_one(tmp_path: Path) -> None:
    secrets = prepare(tmp_path)
    keys = [(secrets / part / "django-key").read_text() for part in django_parts(SERVICES)]
    passwords = [path.read_text() for path in (secrets / "postgres").iterdir()]
    assert len({*keys, *passwords, (secrets / "identity-provider/refresh-secret").read_text()}) == 9


def test_production_demands_a_certificate_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="VF_TLS_DIR contains no server"):
        prepare(tmp_path, VF_ENV="production")


def test_production_leaves_the_operators_certificate_alone(tmp_path: Path) -> None:
    tls = tmp_path / "tls"
    tls.mkdir()
    for name in ("server.crt", "server.key"):
        (tls / name).write_text("the operator's")
    prepare(tmp_path, VF_ENV="production")
    assert contents(tls) == {"server.crt": "the operator's", "server.key": "the operator's"}
