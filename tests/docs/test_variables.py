"""The table of variables (vf_runtime.variables): components read exactly its variables, and the documents describe
them.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from deploy.prepare.services import discover
from tests.docs.variables_asked import asked_by
from vf_runtime import variables

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "docs/settings.md").read_text()
SERVICES = discover()
DJANGO = sorted({*variables.DJANGO_PARTS, *(service.name for service in SERVICES)} - {variables.SERVICE})
URLS = {service.url_variable for service in SERVICES}
PORTS = {service.port_variable for service in SERVICES}
SECRET = {"VF_JWT_SECRET": "a shared secret of more than thirty-two bytes"}
MODES = [
    {},
    {"VF_LAYOUT": "subdomains"},
    {"VF_JWT_ALGORITHM": "HS256"},
    SECRET,
]
DIRECT = [
    {"VF_AUTH_MODE": "direct", **SECRET},
    {"VF_AUTH_MODE": "direct", "VF_JWKS_URL": "http://127.0.0.1:1/jwks.json"},
]


@cache
def _asked(part: str, folder: Path, mode: tuple[tuple[str, str], ...]) -> dict[str, object]:
    return asked_by(part, folder, **dict(mode))


def asked(part: str, folder: Path, modes: list[dict[str, str]]) -> dict[str, object]:
    """Return the names that ``part`` reads in any of the modes, each with its first default."""
    found: dict[str, object] = {}
    for mode in modes:
        for name, default in _asked(part, folder, tuple(mode.items())).items():
            found[name] = found[name] if found.get(name) is not None else default
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("asked")


@pytest.mark.parametrize("part", [*DJANGO, "gateway-auth", "runner", "init"])
def test_a_part_reads_exactly_what_is_declared(part: str, folder: Path) -> None:
    modes = [{}] if part in ("runner", "init") else MODES
    own = PORTS if part == "runner" else set()
    assert set(asked(part, folder, modes)) == variables.read_by(part) | own


@pytest.mark.parametrize("part", DJANGO)
def test_in_direct_mode_a_part_reads_exactly_what_is_declared(part: str, folder: Path) -> None:
    assert set(asked(part, folder, [*MODES, *DIRECT])) == variables.read_by(part, direct=True)


def test_traefiks_files_read_exactly_what_is_declared() -> None:
    files = (ROOT / "traefik" / "dynamic").glob("*.yml")
    assert {
        name for path in files for name in re.findall(r'env "(\w+)"', path.read_text())
    } == URLS | variables.read_by("traefik")


def test_what_docker_compose_puts_in_is_declared() -> None:
    text = re.sub(r"^ *#.*", "", (ROOT / "docker-compose.yml").read_text(), flags=re.MULTILINE)
    named = set(re.findall(r"\$\{(\w+)", text))
    assert variables.read_by("compose") <= named <= variables.READ_BY.keys()


@pytest.mark.parametrize(
    ("part", "path"),
    [("attack", "tests/security/attack/__main__.py"), ("tests", "tests/compose/test_containers.py")],
)
def test_a_tool_reads_what_is_declared(part: str, path: str) -> None:
    assert set(re.findall(r'environ\.get\("(VF_\w+)"', (ROOT / path).read_text())) == variables.read_by(part)


def test_nothing_of_ours_is_read_past_the_settings() -> None:
    """A direct ``os.environ["VF_…"]`` would bypass the declarations and all checks."""
    folders = ("gateway-auth/src", "services", "website", "runner")
    found = {
        str(path.relative_to(ROOT)): names
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "tests" not in path.relative_to(ROOT).parts
        and (
            names := re.findall(
                r'environ(?:\.get\(|\[|\.setdefault\()"(VF_\w+|DATABASE_URL|BASE_DOMAIN)"', path.read_text()
            )
        )
    }
    assert found == {}


# -- the document ---------------------------------------------------------------------------------------------------


def rows() -> list[tuple[list[str], str]]:
    """Return the names and the default in each row of the tables of settings."""
    found = []
    for line in SETTINGS.partition("## Who reads what")[0].splitlines():
        cells = [cell.strip() for cell in line.split(" | ")]
        names = re.findall(r"`((?:VF_|BASE_|DATABASE_)[A-Z_]+)`", cells[0])
        if line.startswith("| `") and names:
            found.append((names, cells[1]))
    return found


def test_the_document_explains_exactly_what_is_declared() -> None:
    deploy = re.findall(r"^\| `(VF_\w+)`", (ROOT / "docs/deploy.md").read_text(), re.MULTILINE)
    suite = re.findall(r"`(VF_ATTACK_\w+)", (ROOT / "docs/attack-suite.md").read_text())
    tests = re.findall(r"\b(VF_COMPOSE)=", (ROOT / "docs/deploy.md").read_text())
    explained = {name for names, _ in rows() for name in names}
    assert explained | set(deploy) | set(suite) | set(tests) == variables.READ_BY.keys() | URLS | PORTS


def test_the_document_says_who_reads_what() -> None:
    said = re.findall(r"^\| `(\w+)` \| ([\w ,-]+) \|$", SETTINGS.partition("## Who reads what")[2], re.MULTILINE)
    assert said == table()


def table() -> list[tuple[str, str]]:
    """Return the rows that the document must contain."""
    found = []
    for name, parts in variables.READ_BY.items():
        readers = parts.split()
        if name in variables.DIRECT_MODE:
            readers += [f"{part} in direct mode" for part in (variables.SERVICE, "website") if part not in readers]
        found.append((name, ", ".join(readers)))
    return found


WORDS = {
    "DATABASE_URL": "a SQLite file in the component's folder",
    "VF_SIGNING_KEYS_DIR": "required in production",
    "VF_ROLES_FILE": "`roles.toml` of the component",
    "VF_SECRET_KEY": "required in production",
    "VF_REFRESH_SECRET": "required in production",
    "VF_ASSERTION_KEY": "required",
    "VF_EDGE_JWKS_URL": "`http://127.0.0.1:8106/.well-known/jwks.json`",
    "VF_JWT_SECRET": "none",
}
"""Defaults that the code computes, or that aren't readable."""


@pytest.mark.parametrize("part", [*DJANGO, "gateway-auth", "runner"])
def test_a_default_in_the_document_is_the_codes(part: str, folder: Path) -> None:
    code = asked(part, folder, [{}] if part == "runner" else [*MODES, *(DIRECT if part in DJANGO else [])])
    wrong = []
    for names, cell in rows():
        for name, said in zip(names, _each(cell, len(names)), strict=True):
            if name in code and not _is_said(name, code[name], said) and not _is_said_elsewhere(name, code[name]):
                wrong.append((name, code[name], said))
    assert wrong == []


def _each(cell: str, count: int) -> list[str]:
    """Return one value per name for ``8000, 8443`` and ``8101 to 8104``; else one value for all."""
    if count > 1 and (bounds := re.fullmatch(r"(\d+) to (\d+)", cell)):
        return [str(number) for number in range(int(bounds[1]), int(bounds[2]) + 1)]
    parts = cell.split(", ")
    return parts if len(parts) == count else [cell] * count


def _is_said_elsewhere(name: str, default: object) -> bool:
    """Return True for a name in two sections, of which the other has the default."""
    cells = [cell for names, cell in rows() if names == [name]]
    return len(cells) > 1 and any(_is_said(name, default, cell) for cell in cells)


def _is_said(name: str, default: object, said: str) -> bool:
    if name in WORDS:
        return said == WORDS[name]
    if default is None or default in ("", []):
        return said == "none"
    if isinstance(default, bool):
        return said == f"`{'on' if default else 'off'}`"
    if isinstance(default, int):
        return said.split(" ")[0].replace(",", "") == str(default)
    if name in ("VF_JWT_ISSUER", "VF_EMAIL_FROM"):
        default = str(default).replace("vfservices.localhost", "BASE_DOMAIN")
    return said.partition("; ")[0] == f"`{default}`"
