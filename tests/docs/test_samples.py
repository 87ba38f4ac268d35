"""The sample output of `explain` and `check`: the commands print the same steps and findings today.

Only steps, marks, rules and verdicts are compared, so that a better sentence in a report doesn't need a new sample.
"""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import own_environment
from vf_lint.__main__ import main as lint
from vf_tokens import AccessPolicy, Identity, access, generate_pem, key_set_document, signing_key_from_pem

PAGE = (Path(__file__).resolve().parents[2] / "docs/gateway-cli.md").read_text(encoding="utf-8")
ISSUED = datetime(2026, 11, 22, 18, 14, tzinfo=UTC)
ALICE = Identity("usr_demo_alice", "alice", "alice@example.test", ("customer",), "ses_a8baddb9f2d62d6835729389")


def sample(beginning: str, language: str = "text") -> str:
    (found,) = re.findall(rf"```{language}\n({beginning}.*?)```", PAGE, re.DOTALL)
    return str(found)


def steps(report: str) -> list[object]:
    verdict = re.findall("^Verdict: (.*)$", report, re.MULTILINE)
    return [*re.findall(r"^([✓✗–]) ([a-z -]+?)  ", report, re.MULTILINE), *verdict]


def test_explain(tmp_path: Path) -> None:
    key = signing_key_from_pem(generate_pem())
    policy = AccessPolicy("https://vfservices.localhost")
    token = access.mint(
        key, policy, ALICE, token_id="tok_68c51c3af3a095a24e3b713d", issued_at=int(ISSUED.timestamp()), lifetime=300
    )
    (tmp_path / "jwks.json").write_text(json.dumps(key_set_document([key])))
    (tmp_path / "token.txt").write_text(token)
    explained = subprocess.run(
        [sys.executable, "-m", "gateway_auth", "explain", "--token-file", "token.txt", "--jwks", "jwks.json",
         "--offline", "--now", "2026-11-22T18:24:00Z", "--audience", "orders", "--roles", "clerk"],
        cwd=tmp_path, env=own_environment(VF_ASSERTION_KEY=generate_pem().decode(), NO_COLOR="1"),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    printed = explained.stdout
    assert explained.returncode == 1, explained.stderr
    assert len(steps(printed)) > 10
    assert steps(sample("Explaining")) == steps(printed), printed


def test_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "orders.yml").write_text(sample("http:", "yaml"))
    status = lint(["--traefik-dynamic", str(tmp_path)])
    printed = capsys.readouterr().out
    assert status == 1
    findings = r"^((?:ERROR|WARNING) +[a-z-]+)  "
    assert re.findall(findings, sample("ERROR"), re.MULTILINE) == re.findall(findings, printed, re.MULTILINE), printed
