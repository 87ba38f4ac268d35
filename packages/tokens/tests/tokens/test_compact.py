"""One spelling of each token is accepted (hostile rows 20, 26)."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_tokens import TokenInvalid, compact
from vf_tokens.compact import MAX_TOKEN_BYTES, decode_segment, encode_segment, parse

from .builders import assembled

HEADER, PAYLOAD = '{"alg":"ES256"}', '{"sub":"a"}'
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=8,
)


def nested(depth: int) -> str:
    return '{"a":' + "[" * depth + "]" * depth + "}"


def test_a_plain_token_comes_apart_into_what_it_was_made_of():
    token = parse(assembled(HEADER, PAYLOAD, b"\x01\x02"))
    assert (token.header, token.payload, token.signature) == ({"alg": "ES256"}, {"sub": "a"}, b"\x01\x02")
    assert token.signing_input == assembled(HEADER, PAYLOAD).rpartition(b".")[0]


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=10), JSON_VALUES, max_size=5))
def test_any_json_object_is_read_back_exactly(claims):
    assert parse(assembled(HEADER, json.dumps(claims))).payload == claims


@given(st.binary(max_size=200))
def test_any_bytes_survive_the_encoding_of_a_part(value):
    assert decode_segment(encode_segment(value)) == value


@given(st.binary(max_size=40).map(encode_segment) | st.binary(max_size=40))
def test_a_part_that_is_accepted_has_one_spelling_only(segment):
    try:
        value = decode_segment(segment)
    except TokenInvalid:
        return
    assert encode_segment(value) == segment


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_a_token_or_an_invalid_token_and_nothing_else(data):
    with pytest.raises(TokenInvalid):
        parse(data)


REFUSED = {
    "an empty token": b"",
    "one part": b"abc",
    "two parts": b"e30.e30",
    "four parts": assembled(HEADER, PAYLOAD) + b".e30",
    "five parts, an encrypted token": b"e30.e30.e30.e30.e30",
    "an empty signature": assembled(HEADER, PAYLOAD, b""),
    "an empty header": b".e30.c2ln",
    "an empty payload": b"e30..c2ln",
    "only dots": b".." * 500,
    "white space in front": b" " + assembled(HEADER, PAYLOAD),
    "white space behind": assembled(HEADER, PAYLOAD) + b"\n",
    "white space inside a part": assembled(HEADER, PAYLOAD).replace(b".", b" .", 1),
    "padding": b"e30=.e30.c2ln",
    "standard base64's plus and slash": b"e30.e30.+/+/",
    "stray low bits in the last character": b"e30.e30.c2loZh",
    "a part of one character": b"e30.e30.c",
    "a NUL byte": b"e30.e3\x000.c2ln",
    "characters that are not ASCII": "e30.e30.c2lnä".encode(),
    "a header that is a list": assembled("[]", PAYLOAD),
    "a header that is a string": assembled('"alg"', PAYLOAD),
    "a payload that is null": assembled(HEADER, "null"),
    "a payload that is a number": assembled(HEADER, "1"),
    "a payload that is not JSON": assembled(HEADER, "{sub:1}"),
    "a payload in two JSON values": assembled(HEADER, "{} {}"),
    "a payload that is not UTF-8": assembled(HEADER, b'{"sub":"\xff"}'),
    "a payload in UTF-16": assembled(HEADER, PAYLOAD.encode("utf-16")),
    "a byte order mark": assembled(HEADER, b"\xef\xbb\xbf{}"),
    "a duplicate claim": assembled(HEADER, '{"sub":"a","sub":"b"}'),
    "a duplicate claim in another spelling": assembled(HEADER, '{"sub":"a","s\\u0075b":"b"}'),
    "a duplicate member deep inside": assembled(HEADER, '{"a":[{"b":1,"b":1}]}'),
    "a duplicate header member": assembled('{"alg":"ES256","alg":"none"}', PAYLOAD),
    "NaN": assembled(HEADER, '{"exp":NaN}'),
    "Infinity": assembled(HEADER, '{"exp":Infinity}'),
    "minus Infinity": assembled(HEADER, '{"exp":-Infinity}'),
    "a number of 5,000 digits": assembled(HEADER, '{"exp":' + "9" * 5000 + "}"),
    "nesting of 33 levels": assembled(HEADER, nested(32)),
    "nesting of 200 levels": assembled(HEADER, nested(200)),
    "nesting as deep as a token can hold": assembled(HEADER, nested(2900)),
    "a token that is a byte too long": assembled(HEADER, PAYLOAD, b"x" * 6300)[: MAX_TOKEN_BYTES + 1],
    "a megabyte": b"a" * 1_000_000,
}


@pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED.keys())
def test_refused_within_bounded_time(token):
    started = time.perf_counter()
    with pytest.raises(TokenInvalid):
        parse(token)
    assert time.perf_counter() - started < 0.1


@pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED.keys())
def test_the_reason_never_quotes_the_token(token):
    with pytest.raises(TokenInvalid) as refusal:
        parse(token)
    assert str(refusal.value).isascii()
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 80


@pytest.mark.parametrize("payload", [nested(31), json.dumps({"username": "[{" * 100}), json.dumps({"a": [[]] * 100})])
def test_many_brackets_that_are_not_deep_are_read(payload):
    assert parse(assembled(HEADER, payload)).payload == json.loads(payload)


def test_the_longest_token_is_read():
    token = assembled(HEADER, PAYLOAD, b"")
    token += b"A" * ((MAX_TOKEN_BYTES - len(token)) // 4 * 4)
    assert len(token) > MAX_TOKEN_BYTES - 4
    assert parse(token).payload == {"sub": "a"}


def test_a_header_that_is_remembered_cannot_be_changed():
    token = b".".join([encode_segment(b'{"alg":"ES256"}'), encode_segment(b"{}"), encode_segment(b"x")])
    first, second = parse(token).header, parse(token).header
    assert first == second == {"alg": "ES256"}
    with pytest.raises(TypeError):
        first["alg"] = "none"


def test_many_long_headers_are_not_remembered():
    before = compact._known_header.cache_info().currsize
    long = encode_segment(b'{"alg":"ES256","x":"%s"}' % (b"x" * 600))
    parse(b".".join([long, encode_segment(b"{}"), encode_segment(b"x")]))
    assert compact._known_header.cache_info().currsize == before
    assert compact._known_header.cache_info().maxsize == 128
