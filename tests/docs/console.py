"""The ``console`` blocks of a document, run command by command."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """A command and what it prints; an ellipsis stands for anything."""

    command: str
    output: str

    def expected(self) -> re.Pattern[str]:
        return re.compile(".*".join(map(re.escape, self.output.strip().split("…"))), re.DOTALL)


def steps(document: Path) -> list[Step]:
    """Every command of the document, in order."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", document.read_text(), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Step(command, output))
    return found


def run(command: str, folder: Path, environment: Mapping[str, str] | None = None, timeout: float = 30) -> str:
    """Return what the command prints. It must succeed."""
    result = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout
    )
    assert result.returncode == 0, f"$ {command}\n{result.stdout}\n{result.stderr}"
    return result.stdout.strip()
