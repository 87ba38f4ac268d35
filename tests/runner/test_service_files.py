"""Content of a service.toml, and errors that stop the start."""

from pathlib import Path

import pytest

from deploy.prepare.containers import USERS, users
from deploy.prepare.services import discover
from runner import Ports
from vf_runtime import Environment, SettingError, variables


def written(root: Path, **files: str) -> Path:
    for name, text in files.items():
        folder = root / "services" / name.replace("_", "-")
        folder.mkdir(parents=True)
        (folder / "service.toml").write_text(text)
    return root


def test_a_service_is_found_by_its_file_alone(tmp_path: Path) -> None:
    (tmp_path / "services" / "common").mkdir(parents=True)
    [service] = discover(written(tmp_path, late_orders="port = 8109\nuser = 10109\n"))
    assert (service.name, service.port_variable, service.url_variable) == (
        "late-orders",
        "VF_LATE_ORDERS_PORT",
        "VF_LATE_ORDERS_URL",
    )
    assert (service.database, service.demo_data, service.variables) == (False, False, ())


WRONG = {
    "a key that is none": ("port = 8109\nuser = 10109\naudience = 'x'", "unknown key audience"),
    "no port": ("user = 10109", "port must be a number"),
    "a port as text": ("port = '8109'\nuser = 10109", "port must be of type int"),
    "root": ("port = 8109\nuser = 0", "user must be a number"),
    "another part's variable form": ("port = 8109\nuser = 10109\nvariables = ['PATH']", "start with VF_"),
    "no TOML": ("port: 8109", "is not valid TOML"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_named(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=rf"^services/orders/service\.toml.*{words}"):
        discover(written(tmp_path, orders=text))


@pytest.mark.parametrize("name", ["website", "identity", "operator", "Orders", "a.b"])
def test_a_name_that_means_something_else_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="not a valid name"):
        discover(written(tmp_path, **{name: "port = 8109\nuser = 10109"}))


@pytest.mark.parametrize("second", ["port = 8109\nuser = 10110", "port = 8110\nuser = 10109"])
def test_two_services_share_neither_port_nor_user(second: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"which \w+ already uses"):
        discover(written(tmp_path, orders="port = 8109\nuser = 10109", returns=second))


@pytest.mark.parametrize("part", [name for name, user in USERS.items() if user >= 1000])
def test_a_service_cannot_read_another_parts_secrets(part: str, tmp_path: Path) -> None:
    found = discover(written(tmp_path, orders=f"port = 8109\nuser = {USERS[part]}"))
    with pytest.raises(SettingError, match="another container already uses"):
        users(found)


def test_one_variable_moves_every_port_and_one_port_can_stay() -> None:
    usual = dict(Ports.from_environment(Environment({}), discover()).by_variable())
    moved = dict(
        Ports.from_environment(
            Environment({"VF_PORT_BASE": "9000", "VF_BILLING_PORT": "7777"}), discover()
        ).by_variable()
    )
    assert moved == {name: port + 1000 for name, port in usual.items()} | {"VF_BILLING_PORT": 7777}
    assert (usual["VF_HTTP_PORT"], usual["VF_HTTPS_PORT"], usual["VF_BILLING_PORT"]) == (8000, 8443, 8102)


def test_without_the_variable_the_shipped_services_have_chains() -> None:
    """If neither the runner nor the container init starts Traefik, VF_SERVICES may be unset."""
    text = (Path(__file__).resolve().parents[2] / "traefik/dynamic/middlewares.yml").read_text()
    assert f'env "VF_SERVICES" | default "{variables.SHIPPED_SERVICES}"' in text
    assert set(variables.SHIPPED_SERVICES.split()) <= {service.name for service in discover()}


def test_the_variables_of_a_service_are_not_taken_for_misspelt_ones() -> None:
    assert variables.misspelt({"VF_BILLING_URL": "http://billing", "VF_INVENTORY_PORT": "1"}) == []
    given = {"VF_SERVICES": "late-orders", "VF_LATE_ORDERS_URL": "http://orders"}
    assert variables.misspelt(given) == []
    assert [found.name for found in variables.misspelt({**given, "VF_LATE_ORDER_URL": ""})] == ["VF_LATE_ORDER_URL"]
