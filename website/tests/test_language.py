"""The language of a page, and that the German texts are complete."""

import re
from pathlib import Path

import messages
import pytest
from django.utils import translation
from page_paths import PAGES

from vf_django.testing import as_user

SERVICES = messages.ROOT.parent / "services"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<[^>]*>")
UNUSED_KINDS = {"signing_key_created", "audit_lines_counted"}
"""Events of no account. The kinds of service accounts and programs aren't a user's either."""

FIELD_PROBLEMS = {
    "A user with this email address already exists.",
    "A user with this username already exists.",
    "Enter a valid email address.",
    "Incorrect code.",
    "Incorrect code. Each code works once.",
    "Incorrect password.",
    "Names can't contain control characters.",
    "The password is too similar to the username.",
    "The password is too similar to the email address.",
    "This field is required.",
    "This field may not be blank.",
    "This password is too common.",
    "This password is too short. It must contain at least 8 characters.",
    "Usernames can't contain @ or control characters, or start or end with a space.",
}
"""Problems of fields that the APIs send. They have no code."""


def language_of(response):
    return re.search(r'<html lang="([^"]*)"', response.content.decode())[1]


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        (None, None, "en"),
        (None, "de", "de"),
        (None, "de-AT,de;q=0.9,en;q=0.8", "de"),
        (None, "fr,de;q=0.5", "de"),
        (None, "fr", "en"),
        ("de", "en", "de"),
        ("en", "de", "en"),
        ("xx", "de", "de"),
        ("../de", None, "en"),
    ],
)
def test_the_users_choice_decides_and_then_the_browsers(anonymous, cookie, accepted, language):
    if cookie:
        anonymous.cookies["vf_language"] = cookie
    response = anonymous.get("/", headers={"accept-language": accepted} if accepted else {})
    assert language_of(response) == language
    assert response["Content-Language"] == language
    assert {"Accept-Language", "Cookie"} <= set(re.split(", *", response["Vary"]))


def test_the_next_request_of_the_same_process_has_its_own_language(anonymous):
    assert language_of(anonymous.get("/", headers={"accept-language": "de"})) == "de"
    assert translation.get_language() == "en"
    assert language_of(anonymous.get("/")) == "en"


def test_the_form_keeps_the_language_and_leads_back(anonymous):
    headers = {"sec-fetch-site": "same-origin", "referer": "http://testserver/billing/?page=2"}
    response = anonymous.post("/preferences/", {"language": "de"}, headers=headers)
    assert (response.status_code, response["Location"]) == (303, "/billing/?page=2")
    page = anonymous.get("/").content.decode()
    assert "Einmal anmelden." in page
    assert 'value="de" lang="de" aria-current="true"' in page


@pytest.mark.parametrize(("path", "title"), [("/no/such/page/", "Seite nicht gefunden"), ("/?q=%00", None)])
def test_error_pages_are_in_the_language(anonymous, path, title):
    page = anonymous.get(path, headers={"accept-language": "de"}).content.decode()
    assert title is None or title in page


def test_a_refused_host_gets_its_page_in_the_language(anonymous):
    response = anonymous.get("/", headers={"host": "evil.test", "accept-language": "de"})
    assert response.status_code == 400
    assert "Ungültige Anfrage" in response.content.decode()


@pytest.mark.parametrize("seconds", [1, 2, 119, 120, 900])
def test_a_time_to_wait_is_in_the_language(anonymous, seconds):
    path = f"/accounts/login/?failed=too_many_attempts&wait={seconds}"
    page = anonymous.get(path, headers={"accept-language": "de"}).content.decode()
    words = {1: "1 Sekunde", 2: "2 Sekunden", 119: "119 Sekunden", 120: "2 Minuten", 900: "15 Minuten"}
    assert f"Zu viele Anmeldeversuche. Nächster Versuch in {words[seconds]}." in page


def test_a_name_that_looks_like_markup_is_escaped_in_a_german_sentence(anonymous):
    german = {"accept-language": "de"}
    page = as_user(anonymous, username="<script>alert(1)</script>").get("/dashboard/", headers=german).content.decode()
    assert "<script>alert" not in page
    assert "Hallo, &lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("path", PAGES)
def test_only_a_german_page_loads_the_german_texts_of_the_scripts(alice, path):
    assert "js/texts/de.js" not in alice.get(path).content.decode()
    assert "js/texts/de.js" in alice.get(path, headers={"accept-language": "de"}).content.decode()


@pytest.mark.parametrize("template", messages.TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_text_outside_of_messages(template):
    assert messages.untranslated(template) == []


FILES = [*messages.TEMPLATES, *messages.SOURCES]


def messages_of(path: Path) -> set[str]:
    return messages.messages_of_template(path) if path.suffix == ".html" else messages.messages_of_source(path)


def test_every_message_of_the_pages_has_a_german_text_and_no_text_is_left_over():
    found = set().union(*map(messages_of, FILES))
    known = {key[0] if isinstance(key, tuple) else key for key in german_texts()}
    plurals = set(re.findall(r'^msgid_plural "(.*)"$', po_file(), re.MULTILINE))
    assert len(found) > 250
    assert found - known - plurals == set()
    assert known | plurals <= found


def po_file() -> str:
    return (messages.ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po").read_text()


def german_texts() -> dict[object, str]:
    """Return the compiled texts of the website alone."""
    import gettext

    with (messages.ROOT / "locale" / "de" / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        return {key: text for key, text in gettext.GNUTranslations(compiled)._catalog.items() if key != ""}


def test_the_compiled_texts_are_those_of_the_source():
    source = set(re.findall(r'^msgstr(?:\[\d\])? "(.+)"$', po_file(), re.MULTILINE))
    compiled = {text.replace('"', '\\"') for text in german_texts().values()}
    assert compiled == {text for text in source if not text.startswith("Language:")}
    assert "fuzzy" not in po_file()


def test_a_german_text_of_the_pages_keeps_the_values_and_the_markup():
    for key, text in german_texts().items():
        english = key[0] if isinstance(key, tuple) else key
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(english)), english


def test_every_message_of_the_scripts_has_a_german_text():
    found = set().union(*map(messages.messages_of_script, messages.SCRIPTS))
    assert len(found) > 100
    assert found - set(messages.german_of_scripts()) == set()


def test_a_german_text_of_the_scripts_keeps_the_values():
    for english, german in messages.german_of_scripts().items():
        if not english.startswith("code:"):
            assert set(PLACEHOLDER.findall(german)) == set(PLACEHOLDER.findall(english)), english


def capitalized(code: str) -> str:
    """Return the words that ``words`` of static/js/ui/format.js makes of a code."""
    return code.replace("_", " ").capitalize()


def choices(path: str, *classes: str) -> set[str]:
    source = (SERVICES / path).read_text()
    bodies = [source.split(f"class {name}(", 1)[1].split("\n\n\n", 1)[0] for name in classes]
    return {code for body in bodies for code in re.findall(r'^ +[A-Z_]+ = "(\w+)"', body, re.MULTILINE)}


def words_of_codes() -> set[str]:
    """Return the words of the codes that the APIs send and the pages show."""
    kinds = choices("identity-provider/identity_provider/audit.py", "Event") - UNUSED_KINDS
    script = (messages.ROOT / "static" / "js" / "ui" / "event-words.js").read_text()
    own = dict(re.findall(r'\["(\w+)", /\* message \*/ "([^"]+)"', script))
    of_users = {kind for kind in kinds if not kind.startswith(("program_", "service_account_"))}
    codes = choices("billing/billing/ledger/billing_cycles.py", "Cycle")
    codes |= {"completed", "pending", "failed", "refunded"}
    codes |= {"cables", "computers", "displays", "furniture", "network", "stationery"}
    codes |= {*kinds, "totp", "webauthn", "recovery_codes"}  # on the pages for operators
    return {own.get(kind, capitalized(kind)) for kind in of_users} | {capitalized(code) for code in codes}


def test_every_code_that_a_page_shows_in_words_has_a_german_text():
    assert len(words_of_codes()) > 50
    assert words_of_codes() - set(messages.german_of_scripts()) == set()


def test_no_german_text_of_the_scripts_is_left_over():
    found = set().union(*map(messages.messages_of_script, messages.SCRIPTS))
    left = set(messages.german_of_scripts()) - found - words_of_codes() - FIELD_PROBLEMS
    assert {text for text in left if not text.startswith("code:")} == set()


def documented_codes() -> set[str]:
    documents = ("docs/errors.md", "docs/identity-provider-api.md", "website/clients/README.md")
    texts = [(messages.ROOT.parent / name).read_text() for name in documents]
    scripts = [path.read_text() for path in (messages.ROOT / "static" / "js").rglob("*.js")]
    return {code for text in texts for code in re.findall(r"`(\w+)`", text)} | {
        code for script in scripts for code in re.findall(r'code: "(\w+)"', script)
    }


def test_each_german_problem_is_of_a_code_that_exists():
    codes = {key.removeprefix("code:") for key in messages.german_of_scripts() if key.startswith("code:")}
    assert {code for code in codes if not code.startswith("http_")} - documented_codes() == set()
