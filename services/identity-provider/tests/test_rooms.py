"""Packages know only those below them: accounts, sessions, keys, revocations and events know no program or operator."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "identity_provider"
NEW = {"programs", "operators", "webhooks", "providers", "admin"}
ABOVE = {
    "programs": {"operators", "webhooks", "admin"},
    "webhooks": {"operators", "programs", "admin"},
    "operators": {"admin"},
    **dict.fromkeys(("accounts", "signin", "signing", "events"), NEW),
    "revocations": NEW | {"accounts", "signin", "events", "flows", "factors", "mailing"},
    "cleaning": NEW | {"accounts", "signin", "events", "flows", "factors", "mailing"},
}


@pytest.mark.parametrize("package", ABOVE)
def test_a_package_imports_none_above_it(package):
    files = list((PACKAGE / package).rglob("*.py"))
    assert len(files) > 3
    found = {
        name
        for path in files
        for name in re.findall(r"(?:from \.\.|from \.\. import |identity_provider\.)(\w+)", path.read_text())
    }
    assert found & {path.name for path in PACKAGE.iterdir()} or package == "signing"
    assert found & ABOVE[package] == set()
