"""Header lines are kept apart and bounded (hostile rows 14, 18)."""

import pytest

from gateway_auth.denials import BadRequest, TooLarge
from gateway_auth.request.lines import MAX_HEAD_BYTES, MAX_LINE_BYTES, HeaderLines


def test_names_match_in_any_letter_case_and_repeated_lines_stay_apart():
    read = HeaderLines([(b"Cookie", b"a"), (b"cOOKIE", b"b"), (b"X", b"c")])
    assert read.every(b"cookie") == [b"a", b"b"]
    assert read.every(b"none") == []


def test_a_name_with_an_underscore_is_another_name():
    assert HeaderLines([(b"X_Forwarded_Uri", b"/")]).single(b"x-forwarded-uri") is None


def test_a_header_that_may_stand_once_is_refused_twice():
    with pytest.raises(BadRequest):
        HeaderLines([(b"Origin", b"a"), (b"origin", b"a")]).single(b"origin")


def test_a_header_that_may_stand_once_is_ascii():
    with pytest.raises(BadRequest):
        HeaderLines([(b"Origin", b"\xff")]).single(b"origin")


def test_the_longest_line_is_read_and_no_longer_one():
    HeaderLines([(b"a", b"x" * MAX_LINE_BYTES)])
    with pytest.raises(TooLarge):
        HeaderLines([(b"a", b"x" * (MAX_LINE_BYTES + 1))])


def test_many_lines_together_may_be_too_long():
    with pytest.raises(TooLarge):
        HeaderLines([(b"%d" % number, b"x" * 8000) for number in range(MAX_HEAD_BYTES // 8000 + 1)])


def test_a_long_name_counts_too():
    with pytest.raises(TooLarge):
        HeaderLines([(b"n" * (MAX_HEAD_BYTES + 1), b"")])


@pytest.mark.parametrize(
    "cookies",
    [[b"x" * (MAX_LINE_BYTES + 1)], [b"x" * 740_000], [b"x" * 8000] * 9],
    ids=["one line", "a whole jar of Chromium", "many lines"],
)
def test_cookies_that_are_too_large_are_left_out_and_said_to_be(cookies):
    """A browser sends them everywhere, also to the page where the user could sign in again."""
    read = HeaderLines([*((b"Cookie", value) for value in cookies), (b"A", b"b")])
    assert read.cookies_too_large
    assert read.every(b"cookie") == []
    assert read.single(b"a") == "b"


def test_other_lines_that_are_too_long_together_are_refused_beside_cookies_too():
    with pytest.raises(TooLarge):
        HeaderLines([(b"Cookie", b"a=b"), *((b"%d" % number, b"x" * 8000) for number in range(9))])
