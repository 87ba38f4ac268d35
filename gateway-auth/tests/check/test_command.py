"""The settings as a person and as CI see them judged, and the way to the lint."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway_auth.__main__ import main
from vf_lint.rules import CHECKS
from vf_tokens import generate_pem

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


def test_good_settings_alone_pass(check: Check) -> None:
    status, out, _ = check()
    assert (status, out) == (0, "✓ no errors, no warnings\n  checked settings\n")


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


def test_a_misspelled_variable_is_a_warning_without_its_value(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VF_CORS_EXTRA_ORIGIN", "https://secret-words")
    monkeypatch.setenv("VF_WEBSITE_URL", "http://of-another-part")
    status, out, _ = check("--json")
    found = [finding for finding in json.loads(out)["findings"] if finding["rule"] == "variable-unknown"]
    assert [(finding["place"], finding["severity"]) for finding in found] == [("VF_CORS_EXTRA_ORIGIN", "warning")]
    assert "Did you mean VF_CORS_EXTRA_ORIGINS?" in found[0]["detail"]
    assert (status, "secret-words" in out) == (0, False)


def test_a_configuration_of_traefik_is_handed_to_the_lint(check: Check, tmp_path: Path) -> None:
    (tmp_path / "traefik.yml").write_text("api: {insecure: true}")
    status, out, _ = check("--no-settings", "--json", "--traefik-static", str(tmp_path / "traefik.yml"))
    assert [finding["rule"] for finding in json.loads(out)["findings"]] == ["api-insecure"]
    assert status == 1


def test_nothing_to_check_is_one_line_and_status_2(check: Check) -> None:
    status, out, err = check("--no-settings")
    assert (status, out) == (2, "")
    assert err.startswith("gateway-auth check: nothing to check")


def test_the_rules_of_both_are_listed_and_may_be_left_out(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    out = check("--list-rules")[1]
    ids = [*(rule.id for rule, _ in CHECKS), "settings-invalid", "dependency-unreachable", "variable-unknown"]
    assert [rule for rule in ids if f"{rule}\n" not in out] == []
    monkeypatch.setenv("VF_WORKERS", "many")
    assert check("--ignore", "settings-invalid")[0] == 0


@pytest.mark.parametrize("arguments", [[], ["--online", "--traefik-dynamic", "x", "--json"]])
def test_without_the_lint_one_line_says_how_to_install_it(arguments: list[str]) -> None:
    program = (
        "import sys; sys.modules['vf_lint'] = None\n"
        f"from gateway_auth.__main__ import main; sys.exit(main(['check', *{arguments!r}]))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("gateway-auth check needs the package vf-services-lint of the same version. ")
    assert run.stderr.endswith("pip install './packages/lint[traefik]'\n")
    assert run.stderr.count("\n") == 1
