"""Creation of the virtual environment: messages on failure, and what remains."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from runner.bootstrap import OWN_PACKAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return the files of a fresh clone that the bootstrap reads."""
    for name in ("runner/bootstrap.py", "requirements/platform.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for package in OWN_PACKAGES:
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
    assert "Can't reach the package registry" in result.stderr
    assert ".run/log/install.log" in result.stderr
    assert not (checkout / ".venv" / "vf-installed.json").exists()


PYPROJECT = """
[build-system]
requires = ["tiny_backend"]
build-backend = "tiny_backend"
[project]
name = "{name}"
version = "1.0"
"""
BACKEND = """
import zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    from pathlib import Path
    name = Path.cwd().name.replace("-", "_")
    file = f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder) / file, "w") as wheel:
        wheel.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
        wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return file
"""


def wheel(folder: Path, name: str, text: str = "") -> str:
    """Build a package of one module; return its line for a requirements file."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", text)
        file.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        file.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def offline(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a fresh clone of a small platform. As in the real one, the platform's requirements include
    its build tool.
    """
    wheels = checkout / "wheels"
    wheels.mkdir()
    (checkout / "requirements/platform.txt").write_text(wheel(wheels, "tiny_backend", BACKEND))
    for kind in ("load", "bench", "docs"):
        (checkout / f"requirements/{kind}.txt").write_text(wheel(wheels, f"needed_for_{kind}"))
    for package in OWN_PACKAGES:
        (checkout / package / "pyproject.toml").write_text(PYPROJECT.format(name=Path(package).name))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return checkout


@pytest.mark.parametrize("kind", ["bench", "load", "docs"])
def test_what_is_added_to_the_platform_brings_the_platform_and_leaves_it_installed(offline: Path, kind: str) -> None:
    first = bootstrap(offline, kind)
    assert (first.returncode, first.stdout.count("packages installed"), first.stderr) == (0, 2, "")
    for name in ("tiny_backend", "gateway_auth", f"needed_for_{kind}"):
        assert list((offline / ".venv").glob(f"lib/*/site-packages/{name}-1.0.dist-info")), name
    for again in ("platform", kind):
        result = bootstrap(offline, again)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_start_of_an_installation_and_waiting_for_another_one_are_shown(offline: Path) -> None:
    (offline / ".run").mkdir()
    with (offline / ".run" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = subprocess.Popen(
            [sys.executable, "runner/bootstrap.py"], cwd=offline, stdout=subprocess.PIPE, text=True
        )
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "  Another installation is running in this clone. Waiting…\n"
    output, _ = waiting.communicate(timeout=120)
    assert output.startswith("  installing packages (platform); the log is .run/log/install.log\n")
    assert "packages installed in" in output
    assert waiting.returncode == 0


def test_a_failed_addition_leaves_no_stamp(offline: Path) -> None:
    (offline / "requirements/bench.txt").write_text("needed_for_load==1.0 --hash=sha256:" + "0" * 64 + "\n")
    assert bootstrap(offline, "bench").returncode == 1
    assert not (offline / ".venv" / "vf-installed.json").exists()


def ask(checkout: Path, expression: str) -> str:
    """Evaluate an expression about the bootstrap module in this checkout."""
    script = f"import sys; sys.path.insert(0, 'runner'); import bootstrap; print({expression})"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def installed(checkout: Path) -> Path:
    """Return a checkout whose environment counts as complete."""
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
    assert "platform, load, bench, docs, dev" in result.stderr
