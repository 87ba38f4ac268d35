"""The messages of templates, views and scripts, and what their text outside of messages is."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SOURCES = sorted(
    path for package in ("website", "pages", "accounts", "operators") for path in (ROOT / package).rglob("*.py")
)
SCRIPTS = sorted(path for folder in ("ui", "pages") for path in (ROOT / "static" / "js" / folder).rglob("*.js"))
NAMES = {"VF Services", "· VF Services", "English", "Deutsch", "Traefik", "gateway-auth", "SKU"}
SPOKEN = {"aria-label", "placeholder", "alt", "title", "data-busy", "data-failed", "data-by"}


def messages_of_template(path: Path) -> set[str]:
    """Return the messages that a template contains, the singular and the plural ones."""
    found = set()
    code = re.sub(r"[ \t]*\bX+\b[ \t]*", " ", templatize(path.read_text()))
    for name, arguments in re.findall(
        r"\b(n?gettext|_)\s*\(((?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|u|,|\s)+)", code
    ):
        texts = ast.literal_eval(f"({arguments.rstrip(', ')},)")
        found |= set(texts[: 2 if name == "ngettext" else 1])
    return {text.replace("%%", "%") for text in found}


def messages_of_source(path: Path) -> set[str]:
    """Return the messages that a Python file contains."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in {"gettext", "gettext_lazy", "_", "ngettext"}:
            literals = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            found |= {text for text in literals if isinstance(text, str)}
    return found


def messages_of_script(path: Path) -> set[str]:
    """Return the messages that a script contains: the first argument of ``text``, the two texts of ``counted``."""
    literal = r'"((?:[^"\\]|\\.)*)"'
    script = path.read_text()
    single = re.findall(rf"\btext\(\s*{literal}", script)
    pairs = re.findall(rf"\bcounted\(\s*[^,]+,\s*{literal},\s*{literal}", script)
    listed = re.findall(rf"/\* message \*/\s*{literal}", script)
    return {*single, *(text for pair in pairs for text in pair), *listed}


class VisibleText(HTMLParser):
    """The text of markup that users read or hear."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skip = 0
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip += tag in {"script", "style", "pre"}
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in {"script", "style", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.found.append(data)


def untranslated(path: Path) -> list[str]:
    """Return the text of a template that is in no message."""
    markup = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}|\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    literals = [
        text
        for tag in re.findall(r"\{% include .*?%\}", markup)
        for text in re.findall(r'\b(?:label|hint|what)="([^"]*)"', tag)
    ]
    markup = re.sub(r"\{[%{].*?[%}]\}", " ", markup, flags=re.DOTALL)
    texts = [text.strip() for text in [*VisibleText(markup).found, *literals]]
    return [text for text in texts if re.search("[A-Za-z]", text) and text not in NAMES]


def german_of_scripts() -> dict[str, str]:
    """Return the German texts of the scripts by the English ones."""
    text = (ROOT / "static" / "js" / "texts" / "de.js").read_text()
    value = r'"((?:[^"\\]|\\.)*)"'
    entries = re.findall(rf"^  (?:{value}|(\w+)):\s+{value},$", text, re.MULTILINE)
    assert len(entries) == len(re.findall(r'^  (?:"|\w+:)', text, re.MULTILINE))
    return {quoted or plain: german for quoted, plain, german in entries}
