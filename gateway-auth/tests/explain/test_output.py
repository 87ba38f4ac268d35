"""What is printed, what never is, and what the exit status says."""

import json
from pathlib import Path

import pytest

from .conftest import NOW, Command, Issuer

RULE = ("--rule", "audience=billing&mode=required")


def parts_of(token: str) -> list[str]:
    return [token, *token.split(".")]


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("claims", [{}, {"exp": NOW - 1}, {"aud": "x"}, {"iss": "x"}])
def test_neither_the_token_nor_a_part_of_it_is_printed(
    explain: Command, issuer: Issuer, form: tuple[str, ...], claims: dict[str, object]
) -> None:
    token = issuer.signed(**claims)
    run = explain(*RULE, *form, stdin=token)
    assert not [part for part in parts_of(token) if part in run.out + run.err]


def test_a_malformed_credential_is_not_echoed(explain: Command) -> None:
    head = "GET / HTTP/1.1\r\nHost: a.test\r\nAuthorization: Basic c2VjcmV0\r\nCookie: jwt=secret1; jwt=secret2\r\n\r\n"
    run = explain("--request", "-", *RULE, stdin=head)
    assert not [secret for secret in ("c2VjcmV0", "secret1", "secret2") if secret in run.out + run.err]


def test_the_query_of_a_page_is_not_shown(explain: Command) -> None:
    head = "GET /page?code=hush HTTP/1.1\r\nHost: vfservices.localhost\r\nAccept: text/html\r\n\r\n"
    run = explain("--request", "-", "--audience", "website", "--login", "auto", stdin=head)
    assert "/page" in run.out
    assert "hush" not in run.out


def test_escape_sequences_of_a_token_do_not_reach_the_terminal(explain: Command, issuer: Issuer) -> None:
    run = explain(*RULE, stdin=issuer.signed(username="\x1b[31mred\u202e", extra={"\x07": 1}))
    assert "\x1b" not in run.out
    assert "\u202e" not in run.out
    assert "\\x1b[31mred\\u202e" in run.out


def test_claims_are_shown_with_times_in_words_and_a_masked_address(explain: Command, issuer: Issuer) -> None:
    run = explain(*RULE, "--json", stdin=issuer.signed(address={"street": "x"}))
    details = next(step["details"] for step in run.document["steps"] if step["step"] == "claims")
    assert details["exp"].endswith("UTC, in 4 minutes")
    assert details["iat"].endswith("UTC, 1 minute ago")
    assert details["email"] == "a…@example.test"
    assert details["others"] == "address (dict)"


def test_the_text_is_aligned_and_ends_with_the_verdict(explain: Command, issuer: Issuer) -> None:
    run = explain(*RULE, stdin=issuer.signed(exp=NOW - 1))
    lines = run.out.splitlines()
    assert "✓ signature     valid" in lines
    assert "✗ claims        the token has expired" in lines
    assert "– roles         not reached: claims failed" in lines
    assert "Verdict: DENIED (401 token_expired)" in lines
    assert any(line.strip().startswith("What to do: ") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param((), "no rule", id="no rule at all"),
        pytest.param((*RULE, "--mode", "optional"), "not both", id="the rule twice"),
        pytest.param((*RULE, "--now", "yesterday"), "--now must be", id="a moment that is none"),
        pytest.param((*RULE, "--token-file", "/nowhere/token"), "/nowhere/token", id="no such file"),
        pytest.param((*RULE, "--request", "-"), "HTTP request head", id="no request"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(explain: Command, arguments: tuple[str, ...], words: str) -> None:
    run = explain(*arguments, stdin="token")
    assert (run.status, run.out) == (2, "")
    assert words in run.err
    assert run.err.count("\n") == 1


def test_a_request_without_a_host_is_told_what_it_lacks(explain: Command) -> None:
    run = explain(*RULE, "--request", "-", stdin="GET /verify?audience=a HTTP/1.1\nX-Forwarded-Uri: /a\n\n")
    assert (run.status, run.err.count("\n")) == (2, 1)
    assert "needs a line such as Host:" in run.err


def test_an_empty_input_is_wrong_usage(explain: Command) -> None:
    assert explain(*RULE, stdin="").status == 2


def test_a_wrong_setting_is_status_2(explain: Command, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VF_WORKERS", "many")
    run = explain(*RULE, stdin=issuer.token())
    assert run.status == 2
    assert run.err.startswith("gateway-auth explain: VF_WORKERS is 'many'")


def test_a_key_set_file_that_is_none_is_status_2(explain: Command, issuer: Issuer, tmp_path: Path) -> None:
    issuer.jwks = tmp_path / "empty.json"
    issuer.jwks.write_text(json.dumps({"keys": []}))
    assert explain(*RULE, stdin="x").status == 2


def test_a_replay_decides_as_at_another_moment(explain: Command, issuer: Issuer) -> None:
    token = issuer.signed(exp=NOW - 1)
    assert explain(*RULE, stdin=token).status == 1
    assert explain(*RULE, "--now", "2027-01-15T07:59:00Z", stdin=token).status == 0
