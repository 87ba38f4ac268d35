"""Limits of the website: it never calls a service and has no database."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path for package in ("website", "pages", "accounts", "operators") for path in (ROOT / package).rglob("*.py")
)
CLIENTS = ("aiohttp", "http.client", "httpx", "requests", "socket", "subprocess", "urllib.request", "urllib3", "redis")


def imported_modules(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    members = {
        f"{node.module}.{alias.name}" for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    return plain | members


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_imports_a_way_to_call_a_service(path):
    forbidden = {
        name
        for name in imported_modules(path)
        if any(name == client or name.startswith(f"{client}.") for client in CLIENTS)
    }
    assert not forbidden


def test_there_is_no_database():
    assert settings.DATABASES == {"default": {"ENGINE": "django.db.backends.dummy"}} or not settings.DATABASES
    assert connections["default"].settings_dict["ENGINE"] == "django.db.backends.dummy"


def test_there_are_no_sessions_and_no_user_table():
    assert not [name for name in settings.MIDDLEWARE if "sessions" in name or "django.contrib.auth" in name]
    assert not [name for name in settings.INSTALLED_APPS if name.startswith("django.contrib.") and "static" not in name]


def test_the_service_is_ready_without_a_database(anonymous):
    assert anonymous.get("/readyz").json() == {"status": "ready", "missing": {}}
