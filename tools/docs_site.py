"""Hooks of mkdocs for `make docs`: pages from outside docs/, links between them, and llms.txt.

The documents link to each other by their paths in the repository, where they are read most. This turns these links into
links of the site.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
FROM_OUTSIDE = {
    "README.md": "index.md",
    "gateway-auth/README.md": "gateway-auth.md",
    "packages/django/README.md": "django.md",
    "packages/lint/README.md": "lint-in-ci.md",
    "services/identity-provider/README.md": "identity-provider.md",
    "loadtests/README.md": "load-tests.md",
    "website/clients/README.md": "api-clients.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
}
"""Documents outside docs/: path in the repository, and page of the site."""

_INDEX = {"docs/README.md": "index.md"}
"""The list of documents. The navigation takes its place."""

_CODE = re.compile(r"(^ *```.*?^ *```[^\n]*$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|`[^`]*`)*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]+)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside docs/."""
    for path, page in FROM_OUTSIDE.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links to files of the repository into links of the site."""
    return relink(markdown, page.file.src_uri, {file.src_uri for file in files})


def relink(markdown: str, page: str, pages: set[str]) -> str:
    """Return the text of a page with links of the site. A link to a file that isn't in the site becomes plain text."""
    own_path = next((path for path, at in FROM_OUTSIDE.items() if at == page), f"docs/{page}")

    def replace(match: re.Match[str]) -> str:
        image, text, path, anchor = match[1], match[2], match[3], match[4] or ""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(own_path), path))
        at = FROM_OUTSIDE.get(target) or _INDEX.get(target) or target.removeprefix("docs/")
        if at not in pages:
            return text
        return f"{image}[{text}]({posixpath.relpath(at, posixpath.dirname(page) or '.')}{anchor})"

    pieces = _CODE.split(markdown)
    return "".join(piece if n % 2 else _LINK.sub(replace, piece) for n, piece in enumerate(pieces))


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Keep the navigation for llms.txt."""
    config.extra["pages"] = nav.pages
    return nav


def on_post_build(config: MkDocsConfig) -> None:
    """Write llms.txt (llmstxt.org): each page with its title and what it is about."""
    lines = [f"# {config.site_name}", "", f"> {config.site_description}", "", "## Documents", ""]
    lines += [f"- [{page.title}]({page.url or './'}){_subjects(page)}" for page in config.extra["pages"]]
    Path(config.site_dir, "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _subjects(page: Page) -> str:
    top = next(iter(page.toc), None)
    return f": {', '.join(entry.title for entry in top.children)}" if top and top.children else ""
