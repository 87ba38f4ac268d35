"""Independence of the lint: it installs and runs without the gateway."""

import ast
import subprocess
import sys
from pathlib import Path

SOURCES = sorted((Path(__file__).resolve().parents[1] / "src").rglob("*.py"))
SHARED = {"vf_edge", "vf_runtime", "vf_lint"}
PACKAGES = {"yaml"}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def test_it_imports_what_is_shared_and_one_package() -> None:
    assert len(SOURCES) > 20
    others = set().union(*map(imported, SOURCES)) - set(sys.stdlib_module_names)
    assert others == SHARED - {"vf_lint"} | PACKAGES


def test_it_works_where_the_gateway_is_not_installed() -> None:
    program = (
        "import sys; sys.modules['gateway_auth'] = None\n"
        "from vf_lint.__main__ import main; sys.exit(main(['--list-rules']))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
