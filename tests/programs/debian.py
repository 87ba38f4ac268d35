"""Programs of Debian's that tests drive, installed where that can be done without asking."""

import os
import shutil
import subprocess
from collections.abc import Callable

_PATH = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/usr/local/sbin"


def find(program: str) -> str | None:
    """Where it is; servers lie in folders that are not on everybody's PATH."""
    return shutil.which(program, path=_PATH)


def install(package: str, tell: Callable[[str], None]) -> list[str]:
    """Install one as root with apt-get; what went wrong, if anything did. Elsewhere nothing is tried."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return []
    tell(f"installing {package} with apt-get")
    problems = run("apt-get", "update", "-qq")
    return problems + run("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)


def run(*command: str) -> list[str]:
    """Run a command that asks nothing; the end of its output, if it failed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if result.returncode == 0:
        return []
    return [f"{' '.join(command)}: {' '.join((result.stderr or result.stdout).split()[-40:])}"]
