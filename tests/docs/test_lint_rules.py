"""Sections of docs/lint.md: one for each lint rule, with the command's texts."""

import re
from pathlib import Path

import pytest

from gateway_auth.check.own_settings import RULES
from vf_lint.findings import Rule
from vf_lint.rules import CHECKS

PAGE = (Path(__file__).resolve().parents[2] / "docs/lint.md").read_text(encoding="utf-8")
ALL = [*(rule for rule, _ in CHECKS), *RULES]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_has_its_section(rule: Rule) -> None:
    assert f"### {rule.id}\n\n{rule.title}.\n\n- **Why:** {rule.why}\n- **Fix:** {rule.fix}\n" in PAGE
    assert rule.page == f"docs/lint.md#{rule.id}"


def test_a_section_has_its_rule() -> None:
    assert re.findall("^### (.+)$", PAGE, re.MULTILINE) == [rule.id for rule in ALL]
