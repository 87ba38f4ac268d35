"""The command as a person and as CI meet it."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway_auth.__main__ import main
from gateway_auth.check.rules import CHECKS
from gateway_auth.terminal import Terminal
from vf_tokens import generate_pem

from .conftest import REPOSITORY, Change, spoiled, write
from .spoilings import AUTH

OWN_FILES = (
    *("--traefik-static", str(REPOSITORY / "traefik" / "traefik.yml")),
    *("--traefik-dynamic", str(REPOSITORY / "traefik" / "dynamic")),
)
Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    for name in ("VF_ENV", "BASE_DOMAIN", "VF_ASSERTION_KEY_FILE", "VF_ISSUERS_FILE", "VF_WORKERS", "VF_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VF_ASSERTION_KEY", generate_pem().decode())

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["check", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def files(folder: Path, change: Change | None) -> tuple[str, ...]:
    static, dynamic = write(folder, *spoiled(change))
    return ("--traefik-static", str(static), "--traefik-dynamic", str(dynamic))


@pytest.mark.parametrize(
    "environment", [{}, {"VF_ENV": "production"}, {"VF_LAYOUT": "subdomains", "BASE_DOMAIN": "shop.example"}]
)
def test_the_repositorys_own_configuration_has_no_errors(
    check: Check, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, out, _ = check("--no-settings", *OWN_FILES)
    assert "✓ no errors" in out
    assert status == 0


def test_good_settings_alone_pass(check: Check) -> None:
    status, out, _ = check()
    assert (status, out) == (0, "✓ no errors, no warnings\n  looked at settings\n")


def test_a_wrong_setting_is_an_error_that_names_the_variable(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VF_WORKERS", "many")
    status, out, _ = check("--json")
    (finding,) = json.loads(out)["findings"]
    assert status == 1
    assert (finding["rule"], finding["place"]) == ("settings-invalid", "VF_WORKERS")


def test_a_wrong_issuers_file_is_an_error(check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "issuers.toml").write_text("[[issuer]]\nissuer = 'x'\n")
    monkeypatch.setenv("VF_ISSUERS_FILE", str(tmp_path / "issuers.toml"))
    status, out, _ = check()
    assert status == 1
    assert "[[issuer]] number 1 ('x'): it needs the field 'audience'" in " ".join(out.split())


def test_online_names_what_does_not_answer(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VF_JWKS_URL", "VF_TRAEFIK_API_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("VF_REDIS_URL", "redis://127.0.0.1:1")
    monkeypatch.setattr("gateway_auth.explain.situation.REDIS_SECONDS", 0.1)
    status, out, _ = check("--online", "--json")
    found = {(finding["place"], finding["severity"]) for finding in json.loads(out)["findings"]}
    assert status == 1
    assert found == {
        ("key set of https://vfservices.localhost", "error"),
        ("VF_REDIS_URL", "error"),
        ("VF_TRAEFIK_API_URL", "warning"),
    }


def test_online_says_why_each_key_set_could_not_be_had(
    check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    entry = '[[issuer]]\nissuer = "https://{name}.test"\naudience = "x"\njwks_url = "{url}"\n'
    urls = {"lost": "https://no-such-host.invalid/keys", "closed": "http://127.0.0.1:1/keys"}
    (tmp_path / "issuers.toml").write_text("".join(entry.format(name=name, url=url) for name, url in urls.items()))
    monkeypatch.setenv("VF_ISSUERS_FILE", str(tmp_path / "issuers.toml"))
    monkeypatch.setenv("VF_JWT_ISSUER", "off")
    monkeypatch.setenv("VF_REDIS_URL", "off")
    status, out, _ = check("--online", "--json")
    details = {finding["place"]: finding["detail"] for finding in json.loads(out)["findings"]}
    assert status == 1
    assert details.keys() == {"key set of https://lost.test", "key set of https://closed.test"}
    lost, closed = details["key set of https://lost.test"], details["key set of https://closed.test"]
    assert lost == f"{urls['lost']}: the name no-such-host.invalid could not be resolved (DNS) (dns)"
    assert closed.startswith(f"{urls['closed']}: no connection to 127.0.0.1 (")
    assert closed.endswith("(connection)")


def test_errors_are_grouped_with_their_reason_and_remedy(check: Check, tmp_path: Path) -> None:
    status, out, _ = check("--no-settings", *files(tmp_path, (f"{AUTH}.trustForwardHeader", True)))
    lines = out.splitlines()
    assert status == 1
    assert lines[0] == "ERROR   auth-trusts-forwarded  ForwardAuth passes a client's X-Forwarded-* on"
    assert lines[1] == "        middleware auth@file  trustForwardHeader is true"
    assert lines[2].startswith("        why  A client that sends")
    assert "✗ 1 error, no warnings" in lines


def test_warnings_fail_only_when_asked_to(check: Check, tmp_path: Path) -> None:
    arguments = ("--no-settings", *files(tmp_path, (f"{AUTH}.maxResponseBodySize", -1)))
    assert check(*arguments)[0] == 0
    assert check(*arguments, "--strict")[0] == 1


def test_json_holds_all_that_the_text_says(check: Check, tmp_path: Path) -> None:
    change = (f"{AUTH}.trustForwardHeader", True)
    document: dict[str, Any] = json.loads(check("--no-settings", "--json", *files(tmp_path, change))[1])
    assert (document["passes"], document["errors"], document["warnings"]) == (False, 1, 0)
    assert document["findings"][0].keys() == {"rule", "severity", "place", "detail", "title", "why", "fix"}


def test_what_could_not_be_looked_at_is_said(check: Check, tmp_path: Path) -> None:
    _, dynamic = files(tmp_path, None)[1::2]
    assert "no static file was given" in check("--no-settings", "--traefik-dynamic", dynamic)[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("--no-settings",), "nothing to check", id="nothing to check"),
        pytest.param(("--traefik-static", "/nowhere.yml"), "/nowhere.yml cannot be read", id="no such file"),
        pytest.param(("--ignore", "no-such-rule"), "no-such-rule", id="an unknown rule"),
        pytest.param(("--traefik-api", "http://127.0.0.1:1"), "cannot be read", id="no such API"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(check: Check, arguments: tuple[str, ...], words: str) -> None:
    status, out, err = check(*arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("text", ["a: [", "- a", "{{ nonsense }}"])
def test_a_file_that_cannot_be_read_is_named(check: Check, tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.yml").write_text(text)
    status, _, err = check("--traefik-dynamic", str(tmp_path / "bad.yml"))
    assert status == 2
    assert "bad.yml" in err


def test_a_misspelled_variable_is_a_warning_without_its_value(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VF_CORS_EXTRA_ORIGIN", "https://secret-words")
    monkeypatch.setenv("VF_WEBSITE_URL", "http://of-another-part")
    status, out, _ = check("--json")
    found = [finding for finding in json.loads(out)["findings"] if finding["rule"] == "variable-unknown"]
    assert [(finding["place"], finding["severity"]) for finding in found] == [("VF_CORS_EXTRA_ORIGIN", "warning")]
    assert "did you mean VF_CORS_EXTRA_ORIGINS?" in found[0]["detail"]
    assert (status, "secret-words" in out) == (0, False)


def test_every_rule_is_listed(check: Check) -> None:
    out = check("--list-rules")[1]
    assert [rule.id for rule, _ in CHECKS if f"{rule.id}\n" not in out] == []


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Terminal(Screen()).paint("red", "x") == "\x1b[31mx\x1b[0m"
    assert Terminal(io.StringIO()).paint("red", "x") == "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert Terminal(Screen()).paint("red", "x") == "x"
