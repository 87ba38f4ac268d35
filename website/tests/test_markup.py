"""Rules for every template and script, which keep the Content-Security-Policy strict."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from page_paths import PAGES

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))


def name_of(path):
    return str(path.relative_to(ROOT))


class Markup(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.inline = []
        self._open = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open = tag if tag in {"script", "style"} else None

    def handle_endtag(self, tag):
        self._open = None

    def handle_data(self, data):
        if self._open and data.strip():
            self.inline.append(data)


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_a_template_has_no_inline_script_or_style(template):
    markup = Markup(template.read_text())
    assert not markup.inline
    assert not [tag for tag, _ in markup.tags if tag == "style"]
    attributes = {name for _, attributes in markup.tags for name in attributes}
    assert not {name for name in attributes if name == "style" or name.startswith("on")}


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS, *STYLES], ids=name_of)
def test_nothing_comes_from_another_site(path):
    assert not re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", path.read_text(), re.IGNORECASE)


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_a_script_never_turns_text_into_markup_or_code(script):
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|createContextualFragment"
    assert not re.findall(sinks, script.read_text())


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_a_script_never_reads_a_token(script):
    assert not re.findall(r"document\.cookie|jwt|Authorization", script.read_text())


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_a_module_is_checked_for_types(script):
    assert script.read_text().startswith("// @ts-check\n")


@pytest.mark.parametrize("path", PAGES)
def test_every_control_of_a_page_has_a_name_for_those_who_do_not_see_it(operator, anonymous, path):
    page = (anonymous if "login" in path else operator).get(path).content.decode()
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    wrapped = set(re.findall(r'<label[^>]*><input[^>]* id="([^"]+)"', page))
    tags = [(tag, attributes) for tag, attributes in Markup(page).tags if attributes.get("type") != "hidden"]
    controls = {attributes.get("id") for tag, attributes in tags if tag in {"input", "select"}}
    assert controls <= labelled | wrapped


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_one_main_part_and_unique_ids(operator, path):
    tags = Markup(operator.get(path).content.decode()).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert [tag for tag, _ in tags].count("h1") == 1
    assert [tag for tag, _ in tags].count("main") == 1
    assert sorted(ids) == sorted(set(ids))
