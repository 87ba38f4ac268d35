"""Writes the files of a new service: `make service NAME=orders`. No file of the repository changes.

The files are in ``new_service_files``, where @NAME@ and its kin stand for the service's values. What a service consists
of: docs/add-a-service.md.
"""

import importlib.util
import keyword
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.prepare.services import discover, valid_name

TEMPLATES = Path(__file__).resolve().parent / "new_service_files"
FIRST_PORT = 8110
USER_AFTER_PORT = 2000
"""Distance from a service's port to the user ID of its container."""


class Refused(Exception):
    """The service can't be created. The message says why."""


def main(arguments: list[str], root: Path) -> int:
    """Create the service and print what to do next; return the exit status."""
    if len(arguments) != 1 or not arguments[0]:
        print("Name the service: make service NAME=orders", file=sys.stderr)
        return 2
    name = arguments[0]
    try:
        written = create(name, root)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    _make_migration(name, root)
    print(_next_steps(name, written))
    return 0


def create(name: str, root: Path) -> list[str]:
    """Write the service's files below ``root``; return their paths, in order. Raises :class:`Refused`."""
    values = _values(name, root)
    files = {}
    for template in sorted(TEMPLATES.rglob("*.tmpl")):
        path = str(template.relative_to(TEMPLATES)).removesuffix(".tmpl")
        path = path.replace("NAME", name).replace("PACKAGE", values["PACKAGE"])
        files[path] = _filled(template.read_text(encoding="utf-8"), values)
    existing = [path for path in files if (root / path).exists()]
    if existing or (root / "services" / name).exists():
        raise Refused(f"{(existing or [f'services/{name}'])[0]} exists. Choose another name, or delete it first.")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return list(files)


def _values(name: str, root: Path) -> dict[str, str]:
    package = name.replace("-", "_")
    if not valid_name(name):
        raise Refused(
            f"{name!r} is not a valid name for a service. Use lower-case letters, digits and single hyphens, for "
            "example orders or late-orders. A few names belong to the platform, such as website and identity."
        )
    if keyword.iskeyword(package) or importlib.util.find_spec(package):
        raise Refused(f"Python has a module or keyword {package} already. Choose another name.")
    services = discover(root)
    ports, users = {service.port for service in services}, {service.user for service in services}
    free = (port for port in range(FIRST_PORT, 65536) if port not in ports and port + USER_AFTER_PORT not in users)
    port = next(free)
    return {
        "NAME": name,
        "PACKAGE": package,
        "TITLE": name.replace("-", " ").capitalize(),
        "VARIABLE": package.upper(),
        "PORT": str(port),
        "USER": str(port + USER_AFTER_PORT),
    }


def _filled(text: str, values: dict[str, str]) -> str:
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def _make_migration(name: str, root: Path) -> None:
    command = [sys.executable, "manage.py", "makemigrations", "entries", "--name", "initial", "--verbosity", "0"]
    subprocess.run(command, cwd=root / "services" / name, check=True)  # noqa: S603 - our own command


def _next_steps(name: str, written: list[str]) -> str:
    package = name.replace("-", "_")
    steps = (
        ("make start", "serves it; stop a running platform first with `make stop`"),
        (f'make test ARGS="services/{name}"', "runs its tests"),
        (f"services/{name}/{package}/entries/", "is where your code goes"),
        (f"/api/{name}/entries/", "is its URL"),
    )
    width = max(len(what) for what, _ in steps)
    lines = "\n".join(f"  {what:<{width}}  {why}" for what, why in steps)
    files = f"Created {len(written)} files in services/{name}/, and traefik/dynamic/{name}.yml, the route."
    return f"\n{files}\n\n{lines}\n\nTo remove the service, delete the folder and the route.\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
