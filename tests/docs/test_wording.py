"""The wording check of ``make lint``: what it reports and ignores, and that each exception is used."""

import importlib.util
import sys
from pathlib import PurePath

import pytest

from runner.settings import ROOT

_spec = importlib.util.spec_from_file_location("wording", ROOT / "tools" / "wording.py")
assert _spec
assert _spec.loader
wording = importlib.util.module_from_spec(_spec)
sys.modules["wording"] = wording
_spec.loader.exec_module(wording)


def terms(path, source):
    return [(finding.line, finding.term) for finding in wording.findings_in(path, source)]


REPORTED = {
    "prose of a document": ("a.md", "# Title\n\nYour e-mail.\n", [(3, "e-mail")]),
    "text after a code block, in its line": ("a.md", "```\ne-mail\n```\nEverybody\n", [(4, "Everybody")]),
    "a term in two lines": ("a.md", "the user\nname\n", [(1, "user name")]),
    "text of a link": ("a.md", "[log in](/login/)\n", [(1, "log in")]),
    "text of a template": ("a.html", "<p>\n{{ x }} User name</p>", [(2, "User name")]),
    "a message of a template": ("a.html", '<p>{% translate "User name" %}</p>', [(1, "User name")]),
    "a label that is an attribute": ("a.html", '<input placeholder="Your e-mail">', [(1, "e-mail")]),
    "a message in Python": ("a.py", 'raise ValueError("nobody can sign in")', [(1, "nobody")]),
    "a message with a value in it": ("a.py", 'print(f"{n} bad tokens")', [(1, "bad tokens")]),
    "a message in JavaScript": ("a.js", "// x\nconst a = `Go to the login page ${b}.`;", [(2, "login page")]),
}

LEFT_ALONE = {
    "a code block": ("a.md", "```sh\ncurl nobody\n```\n    \n"),
    "an indented code block in a list": ("a.md", "1. x\n\n   ```\n   nobody\n   ```\n"),
    "inline code": ("a.md", "Set `user id` and ``e-mail``."),
    "an address": ("a.md", "<https://example.com/e-mail> and [x](look-up.md)"),
    "a word that only contains a term": ("a.md", "a catalog, emails, usernames, a canewer"),
    "a tag of a template": ("a.html", "{% url 'e-mail' %}{# nobody #}<a href=\"/e-mail\">x</a>"),
    "an identifier in Python": ("a.py", 'nobody = anybody("catalogue")'),
    "a docstring": ("a.py", '"""Nobody is here."""'),
    "a comment in JavaScript": ("a.js", "/* nobody reads it */ // e-mail\nf('catalogue');"),
}


@pytest.mark.parametrize(("path", "source", "expected"), REPORTED.values(), ids=REPORTED.keys())
def test_it_reports(path, source, expected):
    assert terms(path, source) == expected


@pytest.mark.parametrize(("path", "source"), LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_it_leaves_alone(path, source):
    assert terms(path, source) == []


def test_documents_templates_and_messages_use_the_glossary():
    found = [str(one) for path in wording.files() for one in wording.findings_in(path, (ROOT / path).read_text())]
    assert found == []


def test_it_reads_every_kind_of_file():
    files = wording.files()
    assert {"README.md", "website/templates/base.html", "website/static/js/early.js"} <= set(files)
    assert "gateway-auth/src/gateway_auth/denials.py" in files
    assert not [path for path in files if "tests" in PurePath(path).parts and path.endswith(".py")]


def test_each_exception_has_a_reason_and_is_used(monkeypatch):
    exceptions = wording.EXCEPTIONS
    monkeypatch.setattr(wording, "EXCEPTIONS", ())
    found = [one for path in wording.files() for one in wording.findings_in(path, (ROOT / path).read_text())]
    for rule in exceptions:
        assert rule.reason
        assert [one for one in found if one.term == rule.term and PurePath(one.path).match(rule.files)], rule
