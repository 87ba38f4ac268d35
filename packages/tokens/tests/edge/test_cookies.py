"""A cookie's name matches exactly or not at all (hostile rows 14, 16, 17)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_edge.cookies import CookieNames, is_in_two_lines, values

NAMES = st.binary(min_size=1, max_size=12).filter(lambda name: not set(name) & set(b"=;") and name[:1] != b" ")
VALUES = st.binary(max_size=20).filter(lambda value: b";" not in value)
PAIRS = st.lists(st.tuples(NAMES | st.sampled_from([b"jwt", b"jwt_token"]), VALUES), max_size=6)


@given(PAIRS, st.sampled_from([b"; ", b";"]))
def test_every_value_of_a_name_is_found_in_order(pairs, divider):
    header = divider.join(name + b"=" + value for name, value in pairs)
    assert values(header, b"jwt") == [value for name, value in pairs if name == b"jwt"]


@given(st.binary(max_size=100))
def test_bytes_of_any_kind_are_read_without_an_error(header):
    assert all(value in header for value in values(header, b"jwt"))


READ = {
    "alone": (b"jwt=a", [b"a"]),
    "second": (b"x=1; jwt=a", [b"a"]),
    "without the space": (b"x=1;jwt=a", [b"a"]),
    "empty": (b"jwt=", [b""]),
    "with an equals sign in its value": (b"jwt=a=b==", [b"a=b=="]),
    "twice": (b"jwt=a; jwt=b", [b"a", b"b"]),
    "twice and empty once": (b"jwt=; jwt=b", [b"", b"b"]),
    "in quotes, which stay": (b'jwt="a"', [b'"a"']),
    "with bytes that are not ASCII": (b"jwt=%%%\xff", [b"%%%\xff"]),
    "after rubbish": (b";;;=; jwt=a", [b"a"]),
}


@pytest.mark.parametrize(("header", "expected"), READ.values(), ids=READ.keys())
def test_jwt_is_read(header, expected):
    assert values(header, b"jwt") == expected


NOT_READ = {
    "nothing": b"",
    "no equals sign": b"jwt",
    "a longer name": b"jwt_token=a",
    "a name that ends so": b"xjwt=a",
    "another letter case": b"JWT=a",
    "a tab in front": b"\tjwt=a",
    "a tab behind the divider": b"x=1;\tjwt=a",
    "two spaces in front": b"x=1;  jwt=a",
    "a space behind": b"jwt =a",
    "a NUL in front": b"\0jwt=a",
    "a no-break space in front": b"\xc2\xa0jwt=a",
    "U+2000 in front": "\u2000jwt=a".encode(),
    "U+3000 behind": "jwt\u3000=a".encode(),
    "a vertical tab in front": b"\x0bjwt=a",
    "quotes around the name": b'"jwt"=a',
    "percent-encoding in the name": b"%6awt=a",
    "a comma as divider": b"x=1,jwt=a",
    "inside another's value": b"x=jwt=a",
    "no name": b"=jwt",
    "rubbish": b";;;=",
}


@pytest.mark.parametrize("header", NOT_READ.values(), ids=NOT_READ.keys())
def test_a_cookie_is_not_jwt_with(header):
    assert values(header, b"jwt") == []


PREFIXES = {"": "jwt", "stg_": "stg_jwt", "a.b-C_9": "a.b-C_9jwt", "x" * 32: "x" * 32 + "jwt"}


@pytest.mark.parametrize(("prefix", "expected"), PREFIXES.items())
def test_a_prefix_comes_before_every_name(prefix, expected):
    names = CookieNames(prefix)
    assert names.access == expected
    every = (names.access, names.script, names.refresh, names.known, names.trusted, names.continuations)
    assert all(name.startswith(prefix) for name in every)
    assert len(set(every)) == len(every)
    assert names.credentials == (names.access.encode(), names.script.encode())


WRONG = ["__Host-", "__Secure-", "__host-", "__Http-", "_", "-a", "a b", "a;", "a=", "a,", 'a"', "a\n", "é", "x" * 33]


@pytest.mark.parametrize("prefix", WRONG)
def test_a_prefix_that_browsers_give_a_meaning_or_that_is_no_name_is_refused(prefix):
    with pytest.raises(ValueError, match=r"letters, digits.*__Host-"):
        CookieNames(prefix)


@pytest.mark.parametrize(
    ("header", "second"),
    [
        (b"jwt=a; x=1,jwt=b", True),
        (b"jwt=a; x=1, jwt=b", True),
        (b"jwt=a,\tjwt=b", True),
        (b"x=1, jwt=b", True),
        (b"jwt=a; x=1,2", False),
        (b"jwt=a; x=,jwt_token=b", False),
        (b"jwt=a; x=, my_jwt=b", False),
        (b"jwt=a; jwt=b", False),
    ],
)
def test_a_second_line_that_a_server_has_joined_is_seen(header, second):
    assert is_in_two_lines(header, b"jwt") is second
