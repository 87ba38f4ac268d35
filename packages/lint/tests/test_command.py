"""The command line, for users and CI."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vf_lint.__main__ import main
from vf_lint.rules import CHECKS

from .conftest import REPOSITORY, Change, spoiled, write
from .spoilings import AUTH

OWN_FILES = (
    *("--traefik-static", str(REPOSITORY / "traefik" / "traefik.yml")),
    *("--traefik-dynamic", str(REPOSITORY / "traefik" / "dynamic")),
)
Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    for name in ("VF_ENV", "BASE_DOMAIN"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(list(arguments))
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
    status, out, _ = check(*OWN_FILES)
    assert "✓ no errors" in out
    assert status == 0


def test_errors_are_grouped_with_their_reason_and_remedy(check: Check, tmp_path: Path) -> None:
    status, out, _ = check(*files(tmp_path, (f"{AUTH}.trustForwardHeader", True)))
    lines = out.splitlines()
    assert status == 1
    assert lines[0] == "ERROR   auth-trusts-forwarded  ForwardAuth trusts a client's X-Forwarded-* headers"
    assert lines[1] == "        middleware auth@file  trustForwardHeader is true"
    assert lines[2].startswith("        why  A client that sends")
    assert "✗ 1 error, no warnings" in lines


def test_a_finding_names_its_page(check: Check, tmp_path: Path) -> None:
    out = check(*files(tmp_path, (f"{AUTH}.trustForwardHeader", True)))[1]
    assert "        see  docs/lint.md#auth-trusts-forwarded" in out.splitlines()


def test_nothing_of_a_file_reaches_the_terminal_as_an_escape_sequence(check: Check, tmp_path: Path) -> None:
    (tmp_path / "d.yml").write_text('http: {routers: {"a\\e[2Jb": {rule: "Host(`\\e[2J`)", service: "\\e[2Jlost"}}}')
    status, out, _ = check("--traefik-dynamic", str(tmp_path / "d.yml"))
    assert status == 1
    assert "\\x1b[2Jlost" in out
    assert "\x1b" not in out


def test_warnings_fail_only_when_asked_to(check: Check, tmp_path: Path) -> None:
    arguments = files(tmp_path, (f"{AUTH}.maxResponseBodySize", -1))
    assert check(*arguments)[0] == 0
    assert check(*arguments, "--strict")[0] == 1


def test_json_holds_all_that_the_text_says(check: Check, tmp_path: Path) -> None:
    change = (f"{AUTH}.trustForwardHeader", True)
    document: dict[str, Any] = json.loads(check("--json", *files(tmp_path, change))[1])
    assert (document["passes"], document["errors"], document["warnings"]) == (False, 1, 0)
    assert document["findings"][0].keys() == {"rule", "severity", "place", "detail", "title", "why", "fix"}


def test_the_version_of_traefik_that_read_the_files_is_said(check: Check, tmp_path: Path) -> None:
    out = check(*files(tmp_path, None))[1]
    assert re.search(r"\(3 routers, 9 middlewares, 1 entry point, read by Traefik 3\.\d+\.\d+\)", out)


def test_what_could_not_be_looked_at_is_said(check: Check, tmp_path: Path) -> None:
    _, dynamic = files(tmp_path, None)[1::2]
    assert "without a static file" in check("--traefik-dynamic", dynamic)[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param((), "nothing to check", id="nothing to check"),
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


def test_every_rule_is_listed(check: Check) -> None:
    out = check("--list-rules")[1]
    assert [rule.id for rule, _ in CHECKS if f"{rule.id}\n" not in out] == []
