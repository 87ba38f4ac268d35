"""`make docs`: the site has every document, no broken link, and needs no other host."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.docs_site import FROM_OUTSIDE, relink

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert (built.returncode, built.stderr) == (0, "")  # strict: a broken link is an error
    return folder


def test_every_document_is_a_page(site: Path) -> None:
    pages = {*map(str, DOCUMENTS), *FROM_OUTSIDE.values()} - {"README.md"}
    addresses = [page.removesuffix("README.md").removesuffix("index.md").removesuffix(".md") for page in pages]
    assert [address for address in addresses if not (site / address / "index.html").is_file()] == []
    listed = re.findall(r"\]\(([^)]+)\)", (site / "llms.txt").read_text())
    assert {address.strip("./") for address in listed} == {address.strip("/") for address in addresses}


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    other_host = r"""["']?(?:https?:)?//"""
    loaded = rf"<(?:script|img|iframe)[^>]+src={other_host}|<link[^>]+stylesheet[^>]+href={other_host}|@import"
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(DOCUMENTS)
    assert [page for page in pages if re.search(loaded, page.read_text())] == []


def test_the_first_page_says_what_for_whom_and_why_not_the_others(site: Path) -> None:
    text = (site / "index.html").read_text()
    for words in ("Use it if", "Why not", "Look elsewhere if", "Quick start"):
        assert words in text


@pytest.mark.parametrize(
    ("page", "link", "expected"),
    [
        ("settings.md", "[a](headers.md#x)", "[a](headers.md#x)"),
        ("settings.md", "[a](../packages/django/README.md#y)", "[a](django.md#y)"),
        ("django.md", "[`a`](../../docs/errors.md) and `b`", "[`a`](errors.md) and `b`"),
        ("adr/0001-x.md", "[a](../settings.md)", "[a](../settings.md)"),
        ("index.md", "![a](docs/images/a.png)", "![a](images/a.png)"),
        ("index.md", "[a](docs/README.md)", "[a](index.md)"),
        ("settings.md", "[the runner](../runner/)", "the runner"),
        ("settings.md", "[a](https://example.com/x)", "[a](https://example.com/x)"),
        ("settings.md", "[a](#here)", "[a](#here)"),
        ("settings.md", "```\n[a](../packages/django/README.md)\n```", "```\n[a](../packages/django/README.md)\n```"),
    ],
)
def test_a_link_of_the_repository_becomes_one_of_the_site(page: str, link: str, expected: str) -> None:
    pages = {"settings.md", "headers.md", "errors.md", "django.md", "index.md", "images/a.png"}
    assert relink(link, page, pages) == expected
