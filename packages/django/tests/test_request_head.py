"""Which headers would choose a codec; Python's own reader of them is the judge."""

import time
from email.message import Message

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vf_django.request_head import MOST_TYPE_CHARACTERS, content_type_of, make_readable, names_a_codec

NAMES = st.sampled_from(["a", "x", " x", "x\t"])
STARS = st.sampled_from(["*", "*", "*0*", "*0", "*1*", "*1", "", "* "])
VALUES = st.lists(st.sampled_from(["bz", "2", "''", "'", "bz2''", "utf-8''", '"', "\\", "b", " ", "%41"]), max_size=5)
PARAMETERS = st.builds(lambda name, star, value: f"{name}{star}={''.join(value)}", NAMES, STARS, VALUES)
HEADERS = st.lists(PARAMETERS, min_size=1, max_size=4).map(lambda parameters: "a/b; " + ";".join(parameters))


def chosen(header: str) -> set[str]:
    """The codecs that Python's ``email`` package would decode parameters with, or the error that it raises."""
    message = Message()
    message["content-type"] = header
    try:
        parameters = message.get_params() or []
    except (ValueError, TypeError) as error:  # a TypeError for a*=;a*0=
        return {type(error).__name__}
    return {value[0].lower() for _, value in parameters if isinstance(value, tuple) and value[0]}


reached = 0


@settings(max_examples=300, deadline=None)
@given(HEADERS)
@example("a/b; x*=bz2''a")
@example("a/b; x*=;x*0=")
@example("a/b; x*0=bz; x*1*=2''a")
@example("a/b; a=\\\"; x*=bz2''b; c=\"")
@example("a/b; a*=\"\"utf-8''")
def check_one(header: str) -> None:
    global reached
    if chosen(header) - {"utf-8"}:
        reached += 1
        assert names_a_codec(header)
        assert content_type_of(header) is None


def test_whatever_python_would_take_for_a_codec_is_seen():
    check_one()
    assert reached > 30  # about 100 of 300; the examples above are five of them


@pytest.mark.parametrize(
    "header",
    ["", "text/html", "*/*;q=0.8", "text/*;q=0.3, */*", 'form-data; name="5*=6"', "a; filename*=UTF-8''x", "a; b=c*d"],
)
def test_an_honest_header_is_left_alone(header):
    assert not names_a_codec(header)


@pytest.mark.parametrize(
    ("meta", "status"),
    [
        ({"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": "2"}, None),
        ({"CONTENT_TYPE": "application/json; charset=latin-1", "CONTENT_LENGTH": "2"}, 415),
        ({"CONTENT_TYPE": "application/json; charset=latin-1", "CONTENT_LENGTH": "0"}, None),
        ({"CONTENT_TYPE": "application/json; charset=latin-1", "HTTP_TRANSFER_ENCODING": "chunked"}, 415),
        ({"CONTENT_TYPE": "text/csv; charset=latin-1", "CONTENT_LENGTH": "2"}, None),
        ({"CONTENT_TYPE": None, "CONTENT_LENGTH": None}, None),
        ({"CONTENT_LENGTH": "12 "}, 400),
        ({"CONTENT_TYPE": "application/json; charset=bz2; charset=utf-8", "CONTENT_LENGTH": "2"}, 415),
        ({"CONTENT_TYPE": "application/json; charset=utf-8;CHARSET =bz2", "CONTENT_LENGTH": "2"}, 415),
        ({"CONTENT_TYPE": "APPLICATION/JSON ; CharSet = BZ2", "CONTENT_LENGTH": "2"}, 415),
        ({"CONTENT_TYPE": "multipart/form-data; boundary=charset", "CONTENT_LENGTH": "2"}, None),
    ],
)
def test_a_head_is_refused_for_what_would_be_decoded(meta, status):
    problem = make_readable(meta)
    assert (problem.status if problem else None) == status


LONG = {
    "asterisks": "a/b;" + "*" * 1_000_000,
    "semicolons in a quote": 'a/b;"' + ";" * 1_000_000,
    "asterisks and digits": "a/b;" + "*0" * 500_000,
}


@pytest.mark.parametrize("name", ["HTTP_ACCEPT", "HTTP_CONTENT_DISPOSITION", "CONTENT_TYPE"])
@pytest.mark.parametrize("value", LONG.values(), ids=LONG.keys())
def test_a_header_of_a_megabyte_is_not_searched(name, value):
    """Python's reader and the patterns take quadratic time: 40 KB took eight seconds, with all threads waiting."""
    meta = {name: value, "CONTENT_LENGTH": "1"}
    started = time.process_time()
    problem = make_readable(meta)
    assert time.process_time() - started < 1
    assert len(meta.get(name, "")) <= MOST_TYPE_CHARACTERS
    assert (problem is None) == (name == "HTTP_ACCEPT")


@pytest.mark.parametrize(
    "header",
    ["*/*; x=\", */*;c*=zname1''A, */*;c*=zname2''A, \"", "*/*;a*=utf-8''b", "text/*;q=0.3;*=" + "a" * 3000],
)
def test_quotes_in_accept_hide_no_codec_because_django_splits_at_the_commas_first(header):
    meta = {"HTTP_ACCEPT": header}
    assert make_readable(meta) is None
    assert "HTTP_ACCEPT" not in meta


def test_an_accept_of_a_browser_stays():
    header = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
    meta = {"HTTP_ACCEPT": header}
    assert make_readable(meta) is None
    assert meta["HTTP_ACCEPT"] == header
