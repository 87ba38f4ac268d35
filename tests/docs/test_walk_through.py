"""The README's walk-through with curl, run command by command against the running platform."""

from pathlib import Path

import pytest

from runner import Platform
from tests.docs.console import run, steps

README = Path(__file__).resolve().parents[2] / "README.md"
README_ADDRESS = "vfservices.localhost:8000"


def test_the_walk_shows_what_the_readme_says(platform: Platform, tmp_path: Path) -> None:
    walked = steps(README)
    assert len(walked) > 8
    address = f"vfservices.localhost:{platform.settings.ports.http}"
    for step in walked:
        shown = run(step.command.replace(README_ADDRESS, address), tmp_path)
        if not step.expected().fullmatch(shown):
            pytest.fail(f"$ {step.command}\nprinted {shown}\ninstead of {step.output}")
