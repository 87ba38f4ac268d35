"""The parser for router rules."""

import pytest

from vf_lint.matchers import Matcher, UnreadableRule, alternatives


@pytest.mark.parametrize("rule", ["", "Host:a", "Host(`a`", "Host(`a`) &&", "(Host(`a`)", "Host(`a`) Host(`b`)", "&&"])
def test_a_rule_that_cannot_be_read_is_refused(rule: str) -> None:
    with pytest.raises(UnreadableRule):
        alternatives(rule)


def test_a_rule_cannot_be_made_to_grow_without_bound() -> None:
    either = "(" + " || ".join(f"Host(`h{number}`)" for number in range(8)) + ")"
    with pytest.raises(UnreadableRule):
        alternatives(" && ".join([either] * 8))


@pytest.mark.parametrize("name", ["pathprefix", "PATHPREFIX", "Pathprefix", "PathPrefix"])
def test_a_matcher_has_one_name_in_every_letter_case(name: str) -> None:
    assert alternatives(f"{name}(`/x/`)") == [(Matcher("PathPrefix", ("/x/",)),)]
