"""The tutorial: its files are created, and its commands run, in a copy of the repository with a platform of its own."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import own_environment
from tests.docs.console import run, steps
from tests.runner.test_added_service import free_base

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs/tutorial.md"
MAKE = f"""make() {{
  case "$1" in
    explain) {sys.executable} -m runner explain --words "${{2#ARGS=}}" ;;
    *) {sys.executable} -m runner "$1" ;;
  esac
}}
"""
"""What the Makefile does, without the installation: the copy has no environment of its own."""


def files() -> dict[str, str]:
    """The files that the tutorial tells the reader to create."""
    return dict(re.findall(r"Create\s+`([\w/.]+)`:\n\n```\w+\n(.*?)```", TUTORIAL.read_text(), re.DOTALL))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in listed.split("\0"):
        if name and (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def environment(tree: Path) -> Iterator[dict[str, str]]:
    environment = own_environment(VF_PORT_BASE=str(free_base()), NO_COLOR="1")
    yield environment
    if (tree / ".run").is_dir():
        subprocess.run(["bash", "-c", f"{MAKE} make stop"], cwd=tree, env=environment, capture_output=True, check=False)


def test_the_tutorial_shows_what_happens(tree: Path, environment: dict[str, str]) -> None:
    created = files()
    assert len(created) == 5
    for name, text in created.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    base = environment["VF_PORT_BASE"]
    for step in steps(TUTORIAL):
        command = step.command.replace("localhost:8000", f"localhost:{base}").replace(".run/log", f".run/{base}/log")
        command = command.replace("127.0.0.1:8110", f"127.0.0.1:{int(base) + 110}")
        shown = run(MAKE + command, tree, environment, timeout=300)
        if not step.expected().fullmatch(shown):
            pytest.fail(f"$ {step.command}\nprinted {shown}\ninstead of {step.output}")
    assert not (tree / "services/hello").exists()
