"""Making the virtual environment: what is said when it cannot be made, and what is left then."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a fresh clone as the bootstrap looks at."""
    for name in ("runner/bootstrap.py", "requirements/platform.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for package in ("services/common", "packages/lint", "gateway-auth"):
        (tmp_path / package).mkdir(parents=True)
        shutil.copy(ROOT / package / "pyproject.toml", tmp_path / package)
    return tmp_path


def bootstrap(checkout: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "runner/bootstrap.py", *arguments],
        cwd=checkout,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_registry_that_cannot_be_reached_is_named_and_leaves_no_stamp(checkout: Path) -> None:
    result = bootstrap(checkout, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0", PIP_NO_CACHE_DIR="1")
    assert result.returncode == 1
    assert "registry could not be reached" in result.stderr
    assert ".run/log/install.log" in result.stderr
    assert not (checkout / ".venv" / "vf-installed.json").exists()


def ask(checkout: Path, expression: str) -> str:
    """What an expression about the bootstrap module says in this checkout."""
    script = f"import sys; sys.path.insert(0, 'runner'); import bootstrap; print({expression})"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def installed(checkout: Path) -> Path:
    """A checkout whose environment says that it holds everything."""
    (checkout / ".venv").mkdir()
    ask(checkout, "bootstrap._write_stamp('platform')")
    return checkout


def test_an_environment_with_a_matching_stamp_is_taken_at_once(installed: Path) -> None:
    started = time.monotonic()
    result = bootstrap(installed)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("file", ["requirements/platform.txt", "gateway-auth/pyproject.toml"])
def test_a_changed_requirement_makes_the_stamp_worthless(installed: Path, file: str) -> None:
    assert ask(installed, "bootstrap._is_installed('platform')") == "True"
    with (installed / file).open("a") as requirements:
        requirements.write("# another line\n")
    assert ask(installed, "bootstrap._is_installed('platform')") == "False"


def test_this_checkouts_environment_has_a_stamp_for_what_it_holds() -> None:
    stamp = json.loads((ROOT / ".venv" / "vf-installed.json").read_text())
    assert {"dev", "platform"} <= stamp.keys()


def test_an_unknown_kind_is_refused(checkout: Path) -> None:
    result = bootstrap(checkout, "everything")
    assert result.returncode == 1
    assert "platform, load, bench, dev" in result.stderr
