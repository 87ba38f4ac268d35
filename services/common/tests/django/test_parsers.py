"""JSON bodies are read strictly (hostile row 26 has the same rule for tokens)."""

import io

import pytest
from rest_framework.exceptions import ParseError

from vf_django.parsers import StrictJSONParser

REFUSED = {
    "a member twice": b'{"a": 1, "a": 2}',
    "a member twice in another spelling": b'{"a": 1, "\\u0061": 2}',
    "a member twice, deep inside": b'{"a": [{"b": 1, "b": 1}]}',
    "lists nested 20,000 deep": b"[" * 20_000,
    "objects nested 20,000 deep": b'{"a":' * 20_000,
    "NaN": b'{"a": NaN}',
    "minus Infinity": b"[-Infinity]",
    "half a document": b'{"a": ',
    "two documents": b"{} {}",
    "nothing": b"",
    "bytes that are no UTF-8": b'{"a": "\xff"}',
    "a number of 5,000 digits": b"9" * 5_000,
}


def parse(body: bytes) -> object:
    return StrictJSONParser().parse(io.BytesIO(body), "application/json", {"encoding": "utf-8"})


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_a_body_is_refused_with(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, 2.5, null, true, "\xc3\xa9"]}', {"a": [1, 2.5, None, True, "é"]}),
        (b'[{"a": 1}, {"a": 1}]', [{"a": 1}] * 2),
    ],
)
def test_an_honest_body_is_read_as_it_is(body: bytes, value: object) -> None:
    assert parse(body) == value
