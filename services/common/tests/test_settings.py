"""Settings of the platform's services: typed, with one line for a wrong one."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from vf_edge.cors import CorsHeaders
from vf_runtime import Environment, SettingError
from vf_service.settings import ServiceSettings, stop_on_setting_error

BASE = Path("/srv/billing")
PRODUCTION = {"VF_ENV": "production", "VF_SECRET_KEY": secrets.token_urlsafe(), "BASE_DOMAIN": "vf.example"}


def read(**variables: str) -> ServiceSettings:
    return ServiceSettings.read("billing", BASE, Environment(variables))


def test_development_needs_no_variable_at_all():
    service = read()
    assert not service.production
    assert not service.debug
    assert service.edge == {"AUDIENCE": "billing", "JWKS_URL": "http://127.0.0.1:8106/.well-known/jwks.json"}
    assert service.databases["default"]["NAME"] == "/srv/billing/db.sqlite3"
    assert service.direct is None


def test_the_level_of_the_log_is_the_services_too():
    script = (
        "from pathlib import Path; import structlog; from vf_service.settings import ServiceSettings\n"
        "ServiceSettings.from_environment('billing', Path('/srv')).configure_logging()\n"
        "structlog.get_logger().info('quiet'); structlog.get_logger().warning('loud')"
    )
    variables = {**os.environ, "VF_LOG_LEVEL": "WARNING"}
    said = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True).stderr
    assert ("quiet" in said, "loud" in said) == (False, True)


def test_sqlite_takes_its_lock_early_and_lets_readers_read():
    options = read().databases["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_postgresql_gives_up_connecting_before_the_edge_does():
    database = read(DATABASE_URL="postgres://vf:secret@db/billing?sslmode=require").databases["default"]
    assert (database["HOST"], database["NAME"]) == ("db", "billing")
    assert database["OPTIONS"] == {"connect_timeout": 3, "sslmode": "require"}


def test_page_origins_are_https_only_in_production():
    assert read(**PRODUCTION, VF_HTTPS_PORT="443").page_origins == ("https://vf.example", "https://website.vf.example")


def test_page_origins_of_development_have_both_schemes_and_localhost():
    origins = read().page_origins
    assert origins[0] == "https://vfservices.localhost:8443"
    assert "http://website.vfservices.localhost:8000" in origins
    assert "http://localhost:8000" in origins


def test_direct_mode_adds_cors_before_the_identity_and_takes_it_from_the_token():
    service = read(VF_AUTH_MODE="direct", VF_JWT_SECRET="s" * 32, VF_CORS_EXTRA_ORIGINS="https://app.example")
    names = [name.rpartition(".")[2] for name in service.base_middleware]
    assert names.index("CorsMiddleware") < names.index("JWTAuthenticationMiddleware")
    assert "EdgeIdentityMiddleware" not in names
    assert "corsheaders" in service.base_installed_apps
    assert "https://app.example" in service.cors_allowed_origins


def test_behind_the_edge_a_service_emits_no_cors_headers():
    service = read()
    assert "corsheaders" not in service.base_installed_apps
    assert service.cors_allowed_origins == []


WRONG = {
    "a default secret in production": ({"VF_ENV": "production"}, "VF_SECRET_KEY"),
    "a short secret": ({"VF_SECRET_KEY": "short"}, "VF_SECRET_KEY"),
    "debug in production": ({**PRODUCTION, "VF_DEBUG": "on"}, "VF_DEBUG"),
    "demo data in production": ({**PRODUCTION, "VF_DEMO_DATA": "on"}, "VF_DEMO_DATA"),
    "a port that is none": ({"VF_HTTP_PORT": "70000"}, "VF_HTTP_PORT"),
    "a layout that does not exist": ({"VF_LAYOUT": "star"}, "VF_LAYOUT"),
    "two sources of edge keys": ({"VF_EDGE_JWKS_FILE": "/k", "VF_EDGE_JWKS_URL": "http://k"}, "VF_EDGE_JWKS_FILE"),
    "direct mode without a key": ({"VF_AUTH_MODE": "direct"}, "VF_JWKS_URL"),
    "direct mode with a short secret": ({"VF_AUTH_MODE": "direct", "VF_JWT_SECRET": "x"}, "VF_JWT_SECRET"),
    "an unreadable database address": ({"DATABASE_URL": "mysterious://u:hunter2@h/n"}, "DATABASE_URL"),
}


@pytest.mark.parametrize(("variables", "name"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_setting_is_one_line_with_its_name_and_no_secret(variables, name):
    with pytest.raises(SettingError) as refused:
        read(**variables)
    message = str(refused.value)
    assert name in message
    assert "\n" not in message
    assert "hunter2" not in message


def test_a_wrong_setting_ends_the_process_without_a_traceback():
    with pytest.raises(SystemExit, match=r"^error: VF_X is wrong$"), stop_on_setting_error():
        raise SettingError("VF_X is wrong")


def test_a_misspelled_variable_is_one_line_of_the_log_without_its_value():
    script = (
        "from pathlib import Path; from vf_service.settings import ServiceSettings\n"
        "ServiceSettings.from_environment('billing', Path('/srv')).configure_logging()"
    )
    variables = {"PATH": os.environ["PATH"], "VF_CORS_EXTRA_ORIGIN": "https://hunter2", "VF_GATEWAY_BIND": "of:1"}
    said = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True).stderr
    (line,) = said.splitlines()
    assert "unknown_variable" in line
    assert "did_you_mean=VF_CORS_EXTRA_ORIGINS" in line
    assert "hunter2" not in line


def test_direct_mode_has_the_header_names_of_the_edge_and_the_installations_own():
    service = read(VF_AUTH_MODE="direct", VF_JWT_SECRET="s" * 32, VF_CORS_ALLOWED_HEADERS="X-Tenant")
    assert service.cors_headers.allowed == (*CorsHeaders().allowed, "X-Tenant")


def test_a_part_without_a_database_reads_none_of_its_variables():
    environment = Environment({"DATABASE_URL": "mysterious://", "VF_DEMO_DATA": "maybe"})
    service = ServiceSettings.read("website", BASE, environment, has_database=False)
    assert (service.databases, service.demo_data) == ({}, False)
    assert not {"DATABASE_URL", "VF_DEMO_DATA"} & environment.names
