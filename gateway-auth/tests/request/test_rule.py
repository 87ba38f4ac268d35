"""A mistake in a route's rule is closed, never lenient."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway_auth.decision.steps import parse_rule
from gateway_auth.denials import BadRequest
from vf_edge.rule import Rule


def test_the_least_rule_requires_a_credential():
    assert parse_rule("audience=billing") == Rule("billing", required=True, roles=frozenset(), login=False)


def test_every_parameter_is_read():
    rule = parse_rule("audience=traefik&mode=required&roles=operator,admin&login=auto")
    assert rule == Rule("traefik", required=True, roles=frozenset({"operator", "admin"}), login=True)


def test_optional_is_said_in_so_many_words():
    assert parse_rule("audience=website&mode=optional").required is False


MISTAKES = {
    "nothing": "",
    "no audience": "mode=required",
    "an empty audience": "audience=",
    "an audience with a space": "audience=a+b",
    "an audience with a quote": "audience=%22",
    "a long audience": "audience=" + "a" * 65,
    "an unknown mode": "audience=a&mode=maybe",
    "a mode in upper case": "audience=a&mode=OPTIONAL",
    "an empty mode": "audience=a&mode=",
    "an unknown login": "audience=a&login=yes",
    "an unknown parameter": "audience=a&role=admin",
    "a parameter in upper case": "audience=a&Mode=optional",
    "two audiences": "audience=a&audience=b",
    "two modes": "audience=a&mode=required&mode=optional",
    "no roles at all": "audience=a&roles=",
    "only commas for roles": "audience=a&roles=,,",
    "a role with a space": "audience=a&roles=a%20b",
    "roles on an optional route": "audience=a&mode=optional&roles=admin",
    "a word without a value": "audience=a&optional",
    "more parameters than there are": "&".join(f"x{number}=1" for number in range(20)),
    "a semicolon as divider": "audience=a;mode=optional",
    "a fragment": "audience=a#&mode=optional",
    "percent-encoding that is none": "audience=%zz",
    "a NUL": "audience=a%00",
}


@pytest.mark.parametrize("query", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_rule_is_refused_with(query):
    with pytest.raises(BadRequest):
        parse_rule(query)


AUDIENCES = st.sampled_from(["audience=a", "audience=%61", "audience=a", "audience=", "audience=a b", ""])
MODES = st.sampled_from(["", "mode=required", "mode=optional", "mode=opt%69onal", "mode=", "mode=Optional"])
PARTS = st.sampled_from(["roles=a,b", "roles=", "login=auto", "login=never", "login", "x=y", "audience=b"])


def test_a_rule_of_any_kind_is_read_as_it_says_or_refused():
    reached = []

    @given(AUDIENCES, st.tuples(MODES, PARTS) | st.tuples(MODES), st.text(max_size=9))
    @example("audience=a", ("mode=optional",), "")
    @example("audience=a", ("roles=a,b", "login=auto"), "")
    def holds(audience, parts, odd):
        query = "&".join(filter(None, [audience, *parts, odd if len(odd) > 8 else ""]))
        try:
            rule = parse_rule(query)
        except BadRequest:
            return
        assert rule.required is not ("mode=opt" in query)
        assert rule.login is ("login=auto" in query)
        assert rule.roles == ({"a", "b"} if "roles=a,b" in query else set())
        reached.append(rule.required)

    holds()
    assert len(reached) >= 5
    assert {True, False} == set(reached)
