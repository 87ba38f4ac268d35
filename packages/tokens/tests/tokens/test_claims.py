"""Claims of the wrong type or size are refused (hostile rows 24, 25)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_tokens import TokenExpired, TokenInvalid, claims

NOW = 1_800_000_000.5


@pytest.mark.parametrize(
    "value",
    [None, "1800000000", 1.8e9, 1e300, True, [], {}, -1, 10**12, 10**400, float("inf")],
    ids=lambda value: f"{value!r:.20}",
)
def test_a_moment_is_a_whole_number_of_seconds_within_reason(value):
    with pytest.raises(TokenInvalid):
        claims.moment({"exp": value}, "exp")


def test_a_missing_moment_is_refused():
    with pytest.raises(TokenInvalid):
        claims.moment({}, "exp")


@pytest.mark.parametrize("value", [0, 1, claims.MAX_TIME])
def test_a_moment_within_the_bounds_is_read(value):
    assert claims.moment({"exp": value}, "exp") == value


IDENTIFIERS_REFUSED = {
    "missing": None,
    "empty": "",
    "a number": 7,
    "a list": ["a"],
    "a line end": "a\nb",
    "a carriage return": "a\rb",
    "a NUL": "a\0b",
    "a tab": "a\tb",
    "a right-to-left mark": "a\u200fb",
    "a lone surrogate": "a\ud800",
    "very long": "a" * 256,
}


@pytest.mark.parametrize("value", IDENTIFIERS_REFUSED.values(), ids=IDENTIFIERS_REFUSED.keys())
def test_an_identifier_is_refused_if_it_is(value):
    with pytest.raises(TokenInvalid):
        claims.identifier({"sub": value}, "sub")


@pytest.mark.parametrize("value", ["a", "auth0|5f7c", "a b", "käthe", "a" * 255])
def test_an_identifier_may_be_any_printable_text(value):
    assert claims.identifier({"sub": value}, "sub") == value


@given(st.text(max_size=320))
def test_text_is_kept_exactly_or_refused(value):
    try:
        value.encode()
    except UnicodeEncodeError:
        with pytest.raises(TokenInvalid):
            claims.text(value, "username")
    else:
        assert claims.text(value, "username") == value


@pytest.mark.parametrize("value", [None, 1, b"a", ["a"], "a" * 321], ids=["none", "number", "bytes", "list", "long"])
def test_text_is_refused_if_it_is(value):
    with pytest.raises(TokenInvalid):
        claims.text(value, "username")


ROLES_REFUSED = {
    "missing": None,
    "a string": "admin",
    "a mapping": {"admin": True},
    "an empty name": ["admin", ""],
    "a repeated name": ["admin", "admin"],
    "a number among names": ["admin", 1],
    "a list among names": [["admin"]],
    "too many": [str(number) for number in range(65)],
    "a long name": ["a" * 65],
    "a lone surrogate": ["\udfff"],
}


@pytest.mark.parametrize("value", ROLES_REFUSED.values(), ids=ROLES_REFUSED.keys())
def test_roles_are_refused_if_they_are(value):
    with pytest.raises(TokenInvalid):
        claims.role_names(value, "roles")


def test_no_roles_are_roles():
    assert claims.role_names([], "roles") == ()


def times(**changes):
    return {"iat": 1_800_000_000, "exp": 1_800_000_300} | changes


LIFETIMES_REFUSED = {
    "issued ahead of the leeway": times(iat=1_800_000_020),
    "valid from ahead of the leeway": times(nbf=1_800_000_020),
    "a valid-from that is a string": times(nbf="1800000000"),
    "a valid-from that is null": times(nbf=None),
    "longer than the policy": times(exp=1_800_003_601),
    "no lifetime at all": times(exp=1_800_000_000),
    "expired before it was issued": times(exp=1_799_999_999),
    "no issue time": {"exp": 1_800_000_300},
    "no expiry": {"iat": 1_800_000_000},
}


@pytest.mark.parametrize("payload", LIFETIMES_REFUSED.values(), ids=LIFETIMES_REFUSED.keys())
def test_a_lifetime_is_refused_as_invalid_if_it_is(payload):
    with pytest.raises(TokenInvalid):
        claims.check_lifetime(payload, NOW, leeway=10, longest=3600)


def test_a_minter_whose_clock_is_a_little_ahead_is_forgiven():
    assert claims.check_lifetime(times(iat=1_800_000_010), NOW, leeway=10, longest=3600)


@pytest.mark.parametrize(("expires", "expired"), [(1_800_000_001, False), (1_800_000_000, True)])
def test_expiry_is_to_the_second_and_without_leeway(expires, expired):
    payload = {"iat": 1_799_999_900, "exp": expires}
    if expired:
        with pytest.raises(TokenExpired):
            claims.check_lifetime(payload, NOW, leeway=10, longest=3600)
    else:
        assert claims.check_lifetime(payload, NOW, leeway=10, longest=3600) == (1_799_999_900, expires)


def test_a_token_that_breaks_another_rule_is_not_called_expired():
    with pytest.raises(TokenInvalid):
        claims.check_lifetime({"iat": 1_700_000_000, "exp": 1_790_000_000}, NOW, leeway=10, longest=3600)


@pytest.mark.parametrize("types", [("at+jwt",), None])
def test_every_critical_extension_is_refused(types):
    for critical in (["b64"], [], None):
        with pytest.raises(TokenInvalid):
            claims.check_header({"typ": "at+jwt", "crit": critical}, types)


@pytest.mark.parametrize("typ", [None, "JWT", "edge+jwt", "AT+JWT ", 1, ["at+jwt"]])
def test_another_type_is_refused(typ):
    with pytest.raises(TokenInvalid):
        claims.check_header({"typ": typ}, ("at+jwt",))
