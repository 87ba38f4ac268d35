"""`make service`: the files that it writes, the names that it refuses, and what is left when the folder is deleted."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import own_environment

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("deploy", "packages", "services", "tools", "traefik", "requirements")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        ignored = shutil.ignore_patterns("__pycache__", "*.sqlite3*", ".hypothesis", ".mypy_cache")
        shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    for name in ("pyproject.toml",):
        shutil.copy2(ROOT / name, tree / name)
    return tree


def new_service(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/new_service.py", *arguments]
    return subprocess.run(command, cwd=tree, env=own_environment(), capture_output=True, text=True)


@pytest.fixture(scope="module")
def orders(tree: Path) -> Path:
    created = new_service(tree, "late-orders")
    assert created.returncode == 0, created.stderr
    assert 'make test ARGS="services/late-orders"' in created.stdout
    return tree / "services" / "late-orders"


def test_nothing_is_left_to_fill_in(orders: Path) -> None:
    files = [path for path in orders.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert len(files) > 15
    for path in (*files, orders.parents[1] / "traefik/dynamic/late-orders.yml"):
        if path.suffix not in (".sqlite3", ".pyc"):
            assert not re.search(r"@[A-Z]+@", path.read_text()), path


def test_its_tests_pass_and_its_code_has_the_projects_form(orders: Path) -> None:
    tests = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=orders, capture_output=True, text=True)
    assert tests.returncode == 0, tests.stdout
    assert " passed" in tests.stdout
    for check in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        ruff = subprocess.run([sys.executable, "-m", "ruff", *check, str(orders)], capture_output=True, text=True)
        assert ruff.returncode == 0, ruff.stdout


def lint(tree: Path, services: str) -> tuple[int, int]:
    """Return the lint's exit status, and how many routers it has read."""
    command = [sys.executable, "-m", "vf_lint", "--traefik-static", "traefik/traefik.yml", "--json"]
    found = subprocess.run(
        [*command, "--traefik-dynamic", "traefik/dynamic"],
        cwd=tree,
        env={**os.environ, "VF_SERVICES": services},
        capture_output=True,
        text=True,
    )
    [looked_at] = json.loads(found.stdout)["looked_at"]
    return found.returncode, int(re.search(r"(\d+) routers", looked_at)[1])  # type: ignore[index]


def test_its_route_passes_the_lint_and_ends_with_its_folder(tree: Path, orders: Path) -> None:
    without = lint(tree, "billing inventory")
    assert lint(tree, "billing inventory late-orders") == (0, without[1] + 1)
    assert without[0] == 0


REFUSED = {
    "twice": ("late-orders", "exists"),
    "upper case": ("Orders", "not a valid name"),
    "a path": ("../orders", "not a valid name"),
    "a part of the platform": ("website", "not a valid name"),
    "a module of Python": ("json", "has a module or keyword json"),
    "a package in use": ("django", "has a module or keyword django"),
    "a keyword": ("class", "has a module or keyword class"),
    "a folder that has no service": ("common", "exists"),
}


@pytest.mark.parametrize(("name", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_name_that_cannot_be_used_is_refused_with_a_reason(tree: Path, orders: Path, name: str, words: str) -> None:
    before = sorted(path for path in tree.rglob("*") if "__pycache__" not in path.parts)
    refused = new_service(tree, name)
    assert (refused.returncode, words in refused.stderr) == (1, True), refused.stderr
    assert refused.stderr.count("\n") == 1
    assert sorted(path for path in tree.rglob("*") if "__pycache__" not in path.parts) == before


def test_without_a_name_it_says_how(tree: Path) -> None:
    assert (new_service(tree, "").returncode, new_service(tree).stderr) == (
        2,
        "Name the service: make service NAME=orders\n",
    )


def test_each_service_has_numbers_of_its_own(tree: Path, orders: Path) -> None:
    assert new_service(tree, "parcels").returncode == 0
    texts = [(tree / "services" / name / "service.toml").read_text() for name in ("late-orders", "parcels")]
    assert "port = 8110\nuser = 10110\n" in texts[0]
    assert "port = 8111\nuser = 10111\n" in texts[1]
