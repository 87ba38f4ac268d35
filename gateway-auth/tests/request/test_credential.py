"""A credential, none, or a denial: a malformed one is never none (hostile rows 14 to 17, 19)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_auth.denials import AmbiguousCookie, BadRequest, Denial, InvalidToken
from gateway_auth.request.credential import Credential, read_credential
from gateway_auth.request.lines import HeaderLines


def read(*lines: tuple[str, bytes]) -> Credential | None:
    return read_credential(HeaderLines([(name.encode(), value) for name, value in lines]))


def authorization(value: bytes) -> Credential | None:
    return read(("Authorization", value))


@pytest.mark.parametrize("scheme", [b"Bearer", b"bearer", b"BEARER"])
def test_a_bearer_is_read_in_any_letter_case_of_its_scheme(scheme):
    assert authorization(scheme + b" a.b-c_d~e+f/g==") == Credential(b"a.b-c_d~e+f/g==", from_cookie=False)


@pytest.mark.parametrize(
    ("cookies", "token"),
    [
        (b"jwt=a", b"a"),
        (b"jwt_token=a", b"a"),
        (b"jwt_token=b; jwt=a", b"a"),
        (b"x=1; jwt=a; y=2", b"a"),
        (b"jwt=%%%\xff", b"%%%\xff"),
        (b"jwt=", b""),
        (b"jwt=; jwt_token=a", b""),
    ],
)
def test_a_cookie_is_read_the_http_only_one_first(cookies, token):
    assert read(("Cookie", cookies)) == Credential(token, from_cookie=True)


def test_a_bearer_decides_over_a_cookie():
    assert read(("Cookie", b"jwt=a"), ("Authorization", b"Bearer b")) == Credential(b"b", from_cookie=False)


def test_a_malformed_bearer_decides_over_a_good_cookie():
    with pytest.raises(InvalidToken):
        read(("Cookie", b"jwt=a"), ("Authorization", b"Bearer"))


def test_no_credential_is_none():
    assert read() is None
    assert read(("Cookie", b"x=1; \tjwt=a; JWT=b; jwt =c; \xe2\x80\x80jwt=d")) is None
    assert read(("Cookie", b";;;=")) is None
    assert read(("Cookie", b"")) is None
    assert read(("X-Authorization", b"Bearer a")) is None


MALFORMED = {
    "nothing": b"",
    "only the scheme": b"Bearer",
    "only the scheme and a space": b"Bearer ",
    "two spaces": b"Bearer  a",
    "two tokens": b"Bearer a b",
    "two tokens by a comma": b"Bearer a,b",
    "a tab": b"Bearer\ta",
    "another scheme": b"Basic YTpi",
    "a token alone": b"a.b.c",
    "quotes": b'Bearer "a"',
    "padding in the middle": b"Bearer a=b",
    "bytes that are not ASCII": b"Bearer \xff",
    "a line end behind": b"Bearer a\n",
    "a NUL": b"Bearer a\0",
}


@pytest.mark.parametrize("value", MALFORMED.values(), ids=MALFORMED.keys())
def test_an_authorization_is_denied_with(value):
    with pytest.raises(InvalidToken):
        authorization(value)


def test_two_authorizations_are_denied_even_when_they_are_the_same():
    with pytest.raises(BadRequest):
        read(("Authorization", b"Bearer a"), ("authorization", b"Bearer a"))


@pytest.mark.parametrize(
    "cookies",
    [
        [b"jwt=a; jwt=b"],
        [b"jwt=a; jwt=a"],
        [b"jwt=; jwt=a"],
        [b"jwt_token=a; jwt_token=b"],
        [b"jwt=a; jwt_token=b; jwt_token=c"],
        [b"jwt=a", b"x=1"],
        [b"x=1", b"y=2"],
    ],
)
def test_ambiguous_cookies_are_denied(cookies):
    with pytest.raises(AmbiguousCookie):
        read(*[("Cookie", line) for line in cookies])


READABLE = st.sampled_from(
    [("Authorization", b"Bearer a"), ("Authorization", b"bearer a.b.c"), ("Cookie", b"jwt=a"), ("Cookie", b"x=y")]
)
ANY_LINE = st.tuples(st.sampled_from(["Authorization", "Cookie"]), st.binary(max_size=40))


def test_an_authorization_of_any_kind_is_never_none():
    reached = []

    @given(st.lists(READABLE, max_size=2) | st.lists(READABLE | ANY_LINE, max_size=3))
    def holds(given_lines):
        try:
            credential = read(*given_lines)
        except Denial:
            return
        authorized = any(name == "Authorization" for name, _ in given_lines)
        assert credential is not None or not authorized
        assert credential is None or credential.from_cookie is not authorized
        reached.append(authorized)

    holds()
    assert reached.count(True) >= 5
    assert reached.count(False) >= 5
