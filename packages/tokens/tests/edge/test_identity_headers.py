"""Any text arrives exactly and splits nothing (hostile row 27)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_edge.identity_headers import ANONYMOUS, IDENTITY_HEADERS, USER_ASSERTION, decode, encode
from vf_tokens import Identity

TEXT = st.text(st.characters(codec="utf-8"), max_size=100)
IDENTITIES = st.builds(
    Identity,
    user_id=TEXT.filter(bool),
    username=TEXT,
    email=TEXT,
    roles=st.lists(TEXT.filter(bool), max_size=6).map(tuple),
    session_id=TEXT,
)
NASTY = ["a\r\nX-User-Id: 1", "a,b", "100%", "%2C", '"; DROP', "😀", "\u200fשלום", "\0", "a b", "+", "ß", "a\tb"]


@given(IDENTITIES)
def test_any_identity_comes_back_as_it_was(identity):
    assert decode(encode(identity, "assertion")) == identity


@given(IDENTITIES)
def test_every_value_is_plain_ascii_without_space_or_quote(identity):
    for name, value in encode(identity, "a.b.c").items():
        assert re.fullmatch(r"[A-Za-z0-9_.~@%,-]*", value), name


@given(IDENTITIES)
def test_a_comma_stands_between_roles_and_nowhere_else(identity):
    headers = encode(identity, "a.b.c")
    assert headers.pop("X-User-Roles").count(",") == max(0, len(identity.roles) - 1)
    assert "," not in "".join(headers.values())


@pytest.mark.parametrize("text", NASTY)
def test_a_nasty_name_arrives_exactly(text):
    identity = Identity("usr_1", text, text, (text, "x" + text), "")
    assert decode(encode(identity, "a.b.c")) == identity


def test_all_headers_are_always_there():
    identity = Identity("usr_1", "", "", (), "")
    assert tuple(encode(identity, "a.b.c")) == IDENTITY_HEADERS == tuple(ANONYMOUS)
    assert set(ANONYMOUS.values()) == {""}


def test_an_ordinary_address_stays_readable():
    headers = encode(Identity("usr_1", "alice", "alice@example.test", ("a", "b"), "ses"), "a.b.c")
    assert headers["X-User-Email"] == "alice@example.test"
    assert headers["X-User-Roles"] == "a,b"
    assert headers[USER_ASSERTION] == "a.b.c"


def test_absent_headers_are_nobody():
    assert decode({}) == Identity("", "", "", (), "")


@given(st.dictionaries(st.sampled_from(IDENTITY_HEADERS), st.text(max_size=50)))
def test_headers_of_any_kind_are_read_without_an_error(headers):
    assert isinstance(decode(headers), Identity)
