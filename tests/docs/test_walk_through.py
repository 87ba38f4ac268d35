"""The README's walk-through with curl, run command by command against the running platform."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from runner import Platform

README = Path(__file__).resolve().parents[2] / "README.md"
README_ADDRESS = "vfservices.localhost:8000"


@dataclass(frozen=True)
class Step:
    """A command and its expected output; an ellipsis matches anything."""

    command: str
    output: str

    def expected(self) -> re.Pattern[str]:
        return re.compile(".*".join(map(re.escape, self.output.strip().split("…"))), re.DOTALL)


def steps() -> list[Step]:
    found = []
    for block in re.findall(r"```console\n(.*?)```", README.read_text(), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Step(command, output))
    return found


def run(step: Step, folder: Path, address: str) -> str:
    command = step.command.replace(README_ADDRESS, address)
    result = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, timeout=30)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_the_walk_shows_what_the_readme_says(platform: Platform, tmp_path: Path) -> None:
    walked = steps()
    assert len(walked) > 8
    for step in walked:
        shown = run(step, tmp_path, f"vfservices.localhost:{platform.settings.ports.http}")
        if not step.expected().fullmatch(shown):
            pytest.fail(f"$ {step.command}\nprinted {shown}\ninstead of {step.output}")
