"""Completeness of the documents: they mention what the code reads, returns and offers."""

import re
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

from gateway_auth import denials as errors
from gateway_auth.serve import metrics
from vf_edge import cors

ROOT = Path(__file__).resolve().parents[2]

_FOLDERS = ("gateway-auth/src", "packages", "services/common/src", "services/identity-provider",
            "services/billing", "services/inventory", "website", "runner")  # fmt: skip


def denials() -> list[type[errors.Denial]]:
    """Return every kind of denial."""
    return [item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, errors.Denial)][1:]


@pytest.mark.parametrize("denial", denials(), ids=lambda denial: denial.__name__)
def test_a_denial_stands_in_the_table_of_codes(denial: type[errors.Denial]) -> None:
    row = f"| `{denial.code}` | {denial.status} |"
    assert row in (ROOT / "docs/errors.md").read_text()


def test_every_metric_of_the_gateway_is_documented() -> None:
    text = (ROOT / "docs/metrics.md").read_text()
    names = {
        metric._name + ("_total" if metric._type == "counter" else "")
        for metric in vars(metrics).values()
        if isinstance(metric, MetricWrapperBase) and not metric._labelvalues
    }
    assert len(names) > 5
    assert {name for name in names if f"`{name}" not in text} == set()


@pytest.mark.parametrize("header", [*cors.ALLOWED_HEADERS, *cors.EXPOSED_HEADERS])
def test_a_header_that_cors_allows_is_documented(header: str) -> None:
    section = (ROOT / "docs/headers.md").read_text().partition("## CORS")[2].partition("\n## ")[0]
    assert f"`{header}`" in section


def test_every_make_target_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    described = set(re.findall(r"^([a-z][a-z-]*):.*## .+", makefile, re.MULTILINE))
    assert targets == described


DOCUMENTS = [
    path
    for path in sorted(ROOT.rglob("*.md"))
    if not {".venv", ".run", "node_modules", ".pytest_cache"} & set(path.relative_to(ROOT).parts)
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_in_a_document_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", _without_code(document.read_text()))
    broken = []
    for path, anchor in links:
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(f"{path}#{anchor}")
    assert broken == []


_PATH = re.compile(
    r"`((?:deploy|docs|gateway-auth|loadtests|packages|redis|requirements|runner|services|tests|tools|traefik|website)/[\w./-]+)`"
)
_OF_EXAMPLES = {"hello", "orders"}
"""The services that the reader creates."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_path_in_a_document_exists(document: Path) -> None:
    if document.name == "CHANGELOG.md":
        return  # it names what was there
    named = [name for name in _PATH.findall(document.read_text()) if not _OF_EXAMPLES & {*re.split(r"[/.]", name)}]
    assert [name for name in named if not any((folder / name).exists() for folder in (ROOT, document.parent))] == []


def anchors(document: Path) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _without_code(document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _without_code(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_the_index_lists_every_document(document: Path) -> None:
    index = (ROOT / "docs/README.md").read_text() + (ROOT / "docs/adr/README.md").read_text()
    assert document.name == "README.md" or f"({document.name}" in index


def sources() -> list[Path]:
    """Every file that people write comments in."""
    folders = (*_FOLDERS, "traefik", "redis", "deploy", "loadtests", "tests", "gateway-auth/tests")
    found = {path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in _COMMENTED}
    return sorted(path for path in found if "node_modules" not in path.parts and path != Path(__file__))


_COMMENTED = {".py", ".yml", ".toml", ".conf", ".acl", ".js", ".html", ".lua", ".sh"}
_STANDARD = re.compile(r"(?:RFC \d+|Fetch standard|OpenID|JWT BCP|WCAG)[^§]*§")


def test_a_document_that_a_comment_names_exists() -> None:
    named = {(path, name) for path in sources() for name in re.findall(r"\bdocs/[\w/-]+\.md", path.read_text())}
    assert len(named) > 20
    assert [(str(path), name) for path, name in named if not (ROOT / name).exists()] == []


def test_a_section_sign_in_a_comment_stands_behind_the_name_of_a_standard() -> None:
    """Comments may cite sections of public standards, such as RFCs, but not of documents outside the repository."""
    lines = [(path, line) for path in sources() for line in path.read_text().splitlines() if "§" in line]
    assert len(lines) > 40
    assert [(str(path), line) for path, line in lines if not _STANDARD.search(line)] == []


def test_the_modules_that_the_code_map_names_exist() -> None:
    text = (ROOT / "docs/code-map.md").read_text()
    folders = [
        ROOT / "gateway-auth/src/gateway_auth", ROOT / "gateway-auth/src",
        ROOT / "packages/tokens/src", ROOT / "packages/django/src",
        ROOT / "services/identity-provider", ROOT / "services/identity-provider/identity_provider/signin",
        ROOT / "gateway-auth/src/gateway_auth/revocation", ROOT,
    ]  # fmt: skip
    named = re.findall(r"`([a-z_/-]+\.(?:py|yml))`", text)
    assert len(named) > 25
    missing = [name for name in named if not any((folder / name).exists() for folder in folders)]
    # A table cell names its folder once; later files of the cell stand beside the first one.
    assert [name for name in missing if not list(ROOT.glob(f"[gpstw]*/**/{name}"))] == []
