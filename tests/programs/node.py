"""Node.js, and the tools of the npm package in website/clients: ``python tests/programs/node.py tsc -p website``.

The tools are installed from the package's lock file, whose hashes npm verifies, when something first needs them.
"""

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from installation import run

OLDEST = 20
MISSING = (
    f"There is no Node.js {OLDEST} or later with npm. Install it: the website's scripts and their package need it."
)
PACKAGE = Path(__file__).resolve().parents[2] / "website" / "clients"
_TOOLS = PACKAGE / "node_modules"
_STAMP = _TOOLS / ".vf-installed"


def is_there() -> bool:
    """Return whether this machine has npm and a recent Node.js."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    version = re.match(r"v(\d+)\.", subprocess.run([node, "--version"], capture_output=True, text=True).stdout)
    return version is not None and int(version[1]) >= OLDEST


def install() -> list[str]:
    """Install the package's tools unless they are installed; return the problems."""
    with (PACKAGE / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make lint` and `make test` share the folder
        digest = hashlib.sha256(lock.read()).hexdigest()
        if _STAMP.is_file() and _STAMP.read_text() == digest:
            return []
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(PACKAGE))
        problems = run("the tools of website/clients", "npm", "ci", *options)
        if not problems:
            _STAMP.write_text(digest)
        return problems


def tool(name: str) -> str:
    """Return the path of an installed tool."""
    return str(_TOOLS / ".bin" / name)


def main(arguments: list[str]) -> int:
    """Run a tool; return its exit status."""
    problems = install() if is_there() else [MISSING]
    if problems:
        print("error:", *problems, sep="\n  ", file=sys.stderr)
        return 1
    name, *rest = arguments
    return subprocess.run([tool(name), *rest], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
