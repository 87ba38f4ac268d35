"""Check for terms that the glossary replaces, in documents, templates and messages: ``python tools/wording.py``.

It reads only prose. Code blocks, inline code, URLs, tags, comments, docstrings and identifiers are skipped.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

ROOT = Path(__file__).parent.parent

REPLACEMENTS = {
    r"e-mails?": "email",
    r"user names?|sign-in names?": "username",
    r"(?:user|session|request|key) (?:id|Id)s?": "user ID, session ID, request ID, key ID",
    r"nobody(?:'s|\u2019s)?|strangers?": "anonymous, or no one",
    r"somebody|whoever": "someone, or name the user, client or operator",
    r"anybody": "anyone",
    r"everybody": "everyone",
    r"log in|logs in|log-in|login page": "sign in, sign-in page",
    r"existing sign-ins": "sessions",
    r"(?:good|bad) tokens?": "valid token, invalid token",
    r"sign-in cookies?": "session cookie",
    r"foreign issuers?|our issuer|partners?(?:'s|\u2019s)?": "external issuer, built-in issuer",
    r"vouch(?:es|ed)? for|takes? (?:his|its|their) word": "verifies",
    r"cross-site bidding|another site(?:'s|\u2019s) bidding": "cross-site request",
    r"page navigations?": "page load",
    r"look-ups?": "lookup",
    r"fail-overs?": "failover",
    r"back-off": "backoff",
    r"for ever": "forever",
    r"at the most": "at most",
    r"anew": "again",
    r"hostile (?:suite|requests?)": "attack suite",
    r"misspelt": "misspelled",
    r"colours?|behaviours?|catalogues?|cancelled|recognised?": "American spelling",
}
"""Pattern of a term, and its replacement.

Glossary words that are also correct in other meanings are omitted, because most findings would be false: address,
answer, away, claim, gone, good, mail, name, part, people, person, refuse, right, rule, the set, view and wrong.
"""


@dataclass(frozen=True, slots=True)
class Permitted:
    """A term that is correct in these files."""

    files: str
    """A glob (:meth:`pathlib.PurePath.match`)."""
    term: str
    reason: str


EXCEPTIONS: tuple[Permitted, ...] = tuple(
    Permitted("static/js/texts/de.js", term, "German") for term in ("E-Mail", "E-Mails")
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A replaced term in a line of a file."""

    path: str
    line: int
    term: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.term!r}: use {self.instead}"


def _across_lines(pattern: str) -> str:
    return pattern.replace(" ", r"\s+")


_TERMS = tuple(
    (
        re.compile(rf"(?<![\w/.@-])(?:{_across_lines(pattern)})(?![\w/@-])", re.IGNORECASE if pattern.islower() else 0),
        instead,
    )
    for pattern, instead in REPLACEMENTS.items()
)
_ANY = re.compile("|".join(map(_across_lines, REPLACEMENTS)), re.IGNORECASE)
_NO_PROSE = {
    ".md": re.compile(r"^( *)(```|~~~).*?^ *\2|<!--.*?-->|``[^\n]+?``|`[^`]*`|\]\([^)]*\)|<https?:[^>]*>", re.M | re.S),
    ".html": re.compile(
        r"\{#.*?#\}|\{%(?! translate ).*?%\}|\{\{.*?\}\}|<!--.*?-->|<pre>.*?</pre>"
        r"|<(?:script|style)\b.*?>.*?</(?:script|style)>"
        r"|<(?!/?\w[^<>]*(?:aria-label|placeholder|alt|title)=)[^<>]*>",
        re.S,
    ),
}
_CODE_IN_MESSAGE = re.compile(r"`[^`]*`|https?://\S+")
_JS = re.compile(r"/\*.*?\*/|//[^\n]*|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)", re.S)


def findings_in(path: str, source: str) -> Iterator[Finding]:
    """Yield each replaced term in the prose of a file. The suffix of ``path`` determines what is prose."""
    if not _ANY.search(source):
        return
    permitted = {rule.term for rule in EXCEPTIONS if PurePath(path).match(rule.files)}
    for start, text in _prose(PurePath(path).suffix, source):
        for pattern, instead in _TERMS:
            for found in pattern.finditer(text):
                term = " ".join(found.group().split())
                if term not in permitted:
                    yield Finding(path, start + text.count("\n", 0, found.start()), term, instead)


def _prose(suffix: str, source: str) -> Iterator[tuple[int, str]]:
    """Yield (number of its first line, text). Skipped text keeps its line breaks, so that lines can be counted."""
    if suffix in _NO_PROSE:
        yield 1, _NO_PROSE[suffix].sub(_blank, source)
    elif suffix == ".py":
        yield from _python_messages(source)
    elif suffix == ".js":
        for found in _JS.finditer(source):
            if found["text"] and " " in found["text"]:
                yield source.count("\n", 0, found.start()) + 1, _CODE_IN_MESSAGE.sub(_blank, found["text"][1:-1])


def _python_messages(source: str) -> Iterator[tuple[int, str]]:
    """Yield string constants that are sentences: they contain a space and aren't docstrings."""
    tree = ast.parse(source)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in alone:
            continue
        if isinstance(node.value, str) and " " in node.value.strip():
            yield node.lineno, _CODE_IN_MESSAGE.sub(_blank, node.value)


def _blank(found: re.Match[str]) -> str:
    return " … " + "\n" * found.group().count("\n")


def files() -> list[str]:
    """Return the tracked files that a user or operator reads, or that contain messages."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - git is wherever the machine has it
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [path for path in listed.split("\0") if path and _is_read(PurePath(path)) and (ROOT / path).is_file()]


def _is_read(path: PurePath) -> bool:
    folders = path.parts[:-1]
    if path.suffix == ".md":
        return True
    if {"tests", "migrations", "tools"} & set(folders) or path.name.startswith("demo_"):
        return False
    return path.suffix == ".py" or (
        path.parts[0] == "website" and (path.suffix == ".html" or (path.suffix == ".js" and "js" in folders))
    )


def main() -> int:
    """Print every finding. Return 1 if there are any."""
    found = [finding for path in files() for finding in findings_in(path, (ROOT / path).read_text(encoding="utf-8"))]
    for finding in found:
        print(finding)
    if found:
        print(f"{len(found)} terms to replace (CONTRIBUTING.md, Wording)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
