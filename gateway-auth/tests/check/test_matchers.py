"""Which requests two routers share."""

import pytest

from gateway_auth.check.matchers import UnreadableRule, alternatives, covers


def meet(lower: str, upper: str) -> bool:
    return any(covers(mine, theirs) for mine in alternatives(lower) for theirs in alternatives(upper))


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("PathPrefix(`/`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("Host(`a`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("Host(`A`)", "Host(`a`)"),
        ("Host(`b`) || Host(`a`)", "(Host(`a`) || Host(`c`)) && Path(`/x`)"),
        ("Host(`a`) && PathPrefix(`/x/y/`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("HostRegexp(`^.+$`)", "Host(`a`)"),
        ("Host(`a`) && !Path(`/x`)", "Host(`a`)"),
        ("Host(`a`) && PathRegexp(`^/x`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("Host(`a`, `b`)", "Host(`b`)"),
        ('Host("a")', "Host(`a`)"),
        ("Host(`a`) && Path(`/x/1`)", "Host(`a`) && PathPrefix(`/x/`)"),
    ],
)
def test_routers_that_share_requests(lower: str, upper: str) -> None:
    assert meet(lower, upper)


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("Host(`b`)", "Host(`a`)"),
        ("Host(`a`) && PathPrefix(`/y/`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("Host(`a`) && Path(`/x`)", "Host(`a`) && PathPrefix(`/x/`)"),
        ("HostRegexp(`^b$`)", "Host(`a`)"),
        ("Host(`a`)", "PathPrefix(`/x/`) && Host(`b`)"),
    ],
)
def test_routers_that_share_none(lower: str, upper: str) -> None:
    assert not meet(lower, upper)


@pytest.mark.parametrize("rule", ["", "Host:a", "Host(`a`", "Host(`a`) &&", "(Host(`a`)", "Host(`a`) Host(`b`)", "&&"])
def test_a_rule_that_cannot_be_read_is_refused(rule: str) -> None:
    with pytest.raises(UnreadableRule):
        alternatives(rule)


def test_a_rule_cannot_be_made_to_grow_without_bound() -> None:
    either = "(" + " || ".join(f"Host(`h{number}`)" for number in range(8)) + ")"
    with pytest.raises(UnreadableRule):
        alternatives(" && ".join([either] * 8))
