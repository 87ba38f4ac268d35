"""Roles of other issuers: one sentence of docs/interoperability.md a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_tokens.claims import role_names
from vf_tokens.role_claims import Dropped, RoleRules, read_roles

DN = "CN=Shop Admins,OU=Groups,DC=example,DC=com"


def read(value: object, paths: tuple[str, ...] = ("roles",), **rules: object):
    return read_roles({"roles": value, "more": ["b", "c"]}, paths, RoleRules(**rules))


ROWS = {
    "names are kept in their order": (["b", "a"], {}, ("b", "a"), {}),
    "a name of 64 characters is a role": (["g" * 64], {}, ("g" * 64,), {}),
    "a name of 65 characters is none": (["g" * 65, "a"], {}, ("a",), {Dropped.TOO_LONG: 1}),
    "a distinguished name is none": ([DN], {}, (), {Dropped.UNUSABLE: 1}),
    "a short URN is a role": (["urn:x:admin"], {}, ("urn:x:admin",), {}),
    "a name with a control character is none": (["a\nb", "a\x00", "\u202ea"], {}, (), {Dropped.UNUSABLE: 3}),
    "a lone surrogate is none": (["\ud800"], {}, (), {Dropped.UNUSABLE: 1}),
    "a name twice counts once": (["a", "a", "b", "a"], {}, ("a", "b"), {Dropped.REPEATED: 2}),
    "an empty name is none": ([""], {}, (), {Dropped.EMPTY: 1}),
    "whole numbers are names": ([7, "7", 8], {}, ("7", "8"), {Dropped.REPEATED: 1}),
    "other things are none": ([1.0, True, None, {}, [], -1], {}, (), {Dropped.NOT_TEXT: 6}),
    "of 65 names the first 64 count": (
        [f"g{n}" for n in range(65)],
        {},
        tuple(f"g{n}" for n in range(64)),
        {Dropped.TOO_MANY: 1},
    ),
    "the bound can be smaller": (["a", "b", "c"], {"most": 2}, ("a", "b"), {Dropped.TOO_MANY: 1}),
    "constants come first and count": (["a", "b"], {"always": ("z",), "most": 2}, ("z", "a"), {Dropped.TOO_MANY: 1}),
    "a constant that the token has too": (["z"], {"always": ("z",)}, ("z",), {Dropped.REPEATED: 1}),
    "only those named": (["a", "b"], {"only": ("b",)}, ("b",), {Dropped.FILTERED: 1}),
    "a name is compared whole": (
        ["admin-x", "x-admin", "Admin", "admin "],
        {"only": ("admin",)},
        (),
        {Dropped.FILTERED: 4},
    ),
    "a star stands for the rest of a name": (
        ["app-a", "app", "apps"],
        {"only": ("app-*",)},
        ("app-a",),
        {Dropped.FILTERED: 2},
    ),
    "none at all": (["a"], {"only": ()}, (), {Dropped.FILTERED: 1}),
    "a name that is mapped": ([DN, "b"], {"names": {DN: "admin"}}, ("admin",), {Dropped.FILTERED: 1}),
    "the name that another is mapped to is not among them": (
        ["admin"],
        {"names": {DN: "admin"}},
        (),
        {Dropped.FILTERED: 1},
    ),
    "the mapped and the rest": ([DN, "b"], {"names": {DN: "admin"}, "only": ("*",)}, ("admin", "b"), {}),
    "two names of one role": (["x", "y"], {"names": {"x": "r", "y": "r"}}, ("r",), {Dropped.REPEATED: 1}),
    "the filter comes before the bound": (
        ["x1", "x2", "a"],
        {"only": ("a",), "most": 1},
        ("a",),
        {Dropped.FILTERED: 2},
    ),
    "one name alone": ("Billing admin", {}, ("Billing admin",), {}),
    "a number alone": (7, {}, ("7",), {}),
    "an object is not looked into": ({"admin": True}, {}, (), {}),
    "nothing": (None, {}, (), {}),
}


@pytest.mark.parametrize(("value", "rules", "roles", "dropped"), ROWS.values(), ids=ROWS.keys())
def test_the_roles_are(value, rules, roles, dropped):
    found = read(value, **rules)
    assert (found.roles, dict(found.dropped)) == (roles, dropped)


def test_several_claims_are_read_one_after_the_other():
    assert read(["a", "b"], ("roles", "more")).roles == ("a", "b", "c")


def test_what_stands_at_each_claim_is_told():
    shapes = read({"x": 1}, ("roles", "more", "realm.role")).shapes
    assert shapes == {
        "roles": "an object, which is not searched for roles",
        "more": "a list of 2",
        "realm.role": "not in the token",
    }


PATHS = {
    "a name with dots": ({"a.b": {"c": ["x"]}}, "a.b.c"),
    "a name with dots at the end": ({"a": {"b.c": ["x"]}}, "a.b.c"),
    "a URL": ({"https://shop.example/roles": ["x"]}, "https://shop.example/roles"),
    "the whole name before the path": ({"a.b": ["x"], "a": {"b": ["y"]}}, "a.b"),
    "another way, if the longest name leads nowhere": ({"a.b": {"z": 1}, "a": {"b": {"c": ["x"]}}}, "a.b.c"),
}


@pytest.mark.parametrize(("payload", "path"), PATHS.values(), ids=PATHS.keys())
def test_a_path_may_lead_through(payload, path):
    assert read_roles(payload, (path,), RoleRules()).roles == ("x",)


def test_scopes_at_the_end_of_a_path_are_words():
    assert read_roles({"a": {"scp": "x y"}}, ("a.scp",), RoleRules()).roles == ("x", "y")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=70) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=80,
)


@given(JSON, st.integers(1, 64))
def test_whatever_a_claim_holds_a_service_reads_the_roles(value, most):
    """The assertion's reader is strict: what it would refuse must not reach it."""
    roles = read(value, most=most).roles
    assert role_names(list(roles), "roles") == roles
    assert len(roles) <= most
