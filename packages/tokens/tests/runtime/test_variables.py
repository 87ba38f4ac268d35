"""A misspelled variable is told with the nearest name, and another part's is not taken for one."""

import pytest

from vf_runtime import Environment, variables

MISSPELT = [
    ("VF_CORS_EXTRA_ORIGIN", "VF_CORS_EXTRA_ORIGINS"),
    ("VF_ACCES_TOKEN_LIFETIME", "VF_ACCESS_TOKEN_LIFETIME"),
    ("VF_JWT_SECRET_FIL", "VF_JWT_SECRET_FILE"),
    ("vf_log_level", "VF_LOG_LEVEL"),
    ("VF_BASE_DOMAIN", "BASE_DOMAIN"),
    ("VF_DATABASE_URL", "DATABASE_URL"),
    ("BASEDOMAIN", "BASE_DOMAIN"),
    ("BASE_DOMIAN", "BASE_DOMAIN"),
    ("DATABASE_URI", "DATABASE_URL"),
    ("DATABASE_URL_FLIE", "DATABASE_URL_FILE"),
    ("VF_GATEWAY_URL_FILE", "VF_GATEWAY_URL"),
    ("VF_TLS_DIR_FILE", "VF_TLS_DIR"),
    ("VF_SOMETHING_ELSE_ENTIRELY", None),
]


@pytest.mark.parametrize(("name", "nearest"), MISSPELT)
def test_is_told(name, nearest):
    (found,) = Environment({name: "hunter2", "PATH": "/bin"}).misspelt()
    assert (found.name, found.nearest) == (name, nearest)
    assert "hunter2" not in str(found)
    assert len(str(found).splitlines()) == 1


NOT_MISSPELT = {
    "of another part": {
        "VF_REDIS_PORT": "1",
        "VF_GATEWAY_URL": "http://g",
        "VF_PUBLISH_ADDRESS": "::",
        "VF_WORKERS": "2",
    },
    "the file of a value": {"VF_JWT_SECRET_FILE": "/s", "DATABASE_URL_FILE": "/d", "VF_ISSUERS_FILE": "/i"},
    "of other programs": {
        "PATH": "/bin",
        "DOMAIN": "x",
        "DATABASE": "x",
        "BASE_URL": "x",
        "VFX": "x",
        "DATABASE_HOST": "x",
    },
    "of Kubernetes": {
        "VF_BILLING_SERVICE_HOST": "10.0.0.1",
        "VF_BILLING_SERVICE_PORT": "8000",
        "VF_BILLING_SERVICE_PORT_HTTP": "8000",
        "VF_BILLING_PORT": "tcp://10.0.0.1:8000",
        "VF_EDGE_PORT": "tcp://10.0.0.1:8000",
        "VF_BILLING_PORT_8000_TCP": "tcp://10.0.0.1:8000",
        "VF_BILLING_PORT_8000_TCP_ADDR": "10.0.0.1",
    },
}


@pytest.mark.parametrize("given", NOT_MISSPELT.values(), ids=NOT_MISSPELT.keys())
def test_is_not_told(given):
    assert Environment(given).misspelt() == []


def test_a_port_that_nothing_reads_is_told_if_kubernetes_did_not_set_it():
    assert [found.name for found in Environment({"VF_HTPS_PORT": "8443"}).misspelt()] == ["VF_HTPS_PORT"]


def test_a_services_own_variable_that_it_reads_is_none():
    environment = Environment({"VF_MINE": "1", "VF_MINE_TOO": "2"})
    environment.text("VF_MINE")
    assert [found.name for found in environment.misspelt()] == ["VF_MINE_TOO"]


def test_a_name_of_other_characters_splits_no_line():
    (found,) = Environment({"VF_A\nB": "x"}).misspelt()
    assert len(str(found).splitlines()) == 1


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("VF_LAYOUT", "VF_LAYOUT"),
        ("VF_LAYOUT_FILE", "VF_LAYOUT"),
        ("VF_ISSUERS_FILE", "VF_ISSUERS_FILE"),
        ("VF_ISSUERS_FILE_FILE", "VF_ISSUERS_FILE"),
        ("PATH", "PATH"),
    ],
)
def test_a_form_belongs_to_its_variable(given, name):
    assert variables.plain(given) == name
