"""What the connection reads by itself, aiohttp reads alike: tens of thousands of spoiled heads, through both."""

import asyncio
import random

import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import HttpProcessingError

from gateway_auth.request.plain_head import MAX_BYTES, read_plain_head
from gateway_auth.serve.ordinary import parser_for

from ..builders import bearer, cookie, head

HEADS = [
    head(bearer("a.b.c"), ("User-Agent", "Mozilla/5.0 (X11)"), ("Accept", "*/*")),
    head(cookie("a.b.c"), ("Sec-Fetch-Site", "same-origin"), method="POST"),
    head(("X-Empty", ""), ("Accept-Language", "de;q=0.8, en")),
    head(rule="audience=website&mode=optional&login=auto").replace(b"GET", b"PROPFIND", 1),
]
LINES = [
    *(
        b"Connection: close",
        b"Connection: keep-alive",
        b"Content-Length: 0",
        b"Content-Length: 5",
        b"Expect: 100-continue",
    ),
    *(
        b"Transfer-Encoding: chunked",
        b"Upgrade: h2c",
        b"Content-Encoding: gzip",
        b"Sec-WebSocket-Key1: x",
        b"TE: trailers",
    ),
    *(b"Host: other", b"host: other", b"User-Agent: b", b"USER-AGENT: c", b"X-A:b", b"X-A:  b", b"X-A: b ", b"X-A:\tb"),
    *(
        b"X-A : b",
        b": b",
        b"no colon",
        b" folded",
        b"\tfolded",
        b"X-A: \xe4\xff",
        b"X_A: b",
        b"X-A: a\x0bb",
        b"X-A: a\x7fb",
    ),
    *(b"X-A: a\x85b", b"X-A: a\rb", b"X-A: a\nb", b"X-A: a\0b", b"X-A: " + b"y" * 8190, b"X-A: " + b"y" * 8191, b""),
]
FIRST = [
    *(b"GET /verify HTTP/1.0", b"GET /verify HTTP/2.0", b"GET http://a/verify HTTP/1.1", b"GET /verify#a HTTP/1.1"),
    *(
        b"get /verify HTTP/1.1",
        b"CONNECT a:1 HTTP/1.1",
        b"GET  /verify HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"GET /a?b?c HTTP/1.1",
    ),
    *(
        b"HEAD /verify?a=b HTTP/1.1",
        b"M!# /verify HTTP/1.1",
        b"GET /\xe4 HTTP/1.1",
        b"GET /verify",
        b"GET /a\x00 HTTP/1.1",
    ),
]


def spoiled(draw: random.Random) -> bytes:
    lines = draw.choice(HEADS).removesuffix(b"\r\n\r\n").split(b"\r\n")
    for _ in range(draw.randrange(4)):
        at = draw.randrange(len(lines))
        kind = draw.randrange(8)
        if kind == 0:
            lines.insert(at + 1, draw.choice(LINES))
        elif kind == 1:
            lines.insert(at, lines[at])
        elif kind == 2 and len(lines) > 1:
            del lines[at]
        elif kind == 3:
            lines[at] = draw.choice([lines[at].upper(), lines[at].lower()])
        elif kind == 4:
            lines[0] = draw.choice(FIRST)
        elif kind == 5 and lines[at]:
            place = draw.randrange(len(lines[at]))
            lines[at] = lines[at][:place] + bytes([draw.randrange(256)]) + lines[at][place + draw.randrange(2) :]
        elif kind == 6:
            lines += [b"X-%d: a" % number for number in range(draw.choice([100, 119, 130]))]
        elif kind == 7:
            lines[at] = lines[at].replace(b": ", draw.choice([b":", b":  ", b" : ", b":\t"]), 1)
    data = b"\r\n".join(lines) + draw.choice([b"\r\n\r\n"] * 8 + [b"\n\n", b"\r\n", b"\r\n\r\nGET", b"\r\n\r\n\r\n"])
    return draw.choice([b""] * 9 + [b"\r\n"]) + data


def as_aiohttp_reads(data: bytes, loop: asyncio.AbstractEventLoop) -> list[object]:
    """The messages, or one that says that it refuses the bytes."""
    parser = parser_for(data)(BaseProtocol(loop), loop, 65_536, max_line_size=1_048_576, max_field_size=1_048_576)
    try:
        messages, _, tail = parser.feed_data(data)
    except (HttpProcessingError, ValueError) as error:
        return [type(error)]
    return [(message, payload.is_eof(), tail) for message, payload in messages]


@pytest.mark.parametrize("seed", range(8))
def test_a_plain_head_is_one_request_without_a_body_to_aiohttp_too(seed):
    draw, loop = random.Random(seed), asyncio.new_event_loop()
    plain = 0
    for _ in range(3000):
        data = spoiled(draw)
        asked = read_plain_head(data)
        if asked is None:
            continue
        plain += 1
        ((message, whole, tail),) = as_aiohttp_reads(data, loop)
        target = asked.path + (f"?{asked.query}" if b"?" in data.split(b" ")[1] else "")
        assert (message.method.upper(), message.path) == (asked.method.upper(), target), data
        assert list(message.raw_headers) == list(asked.lines), data
        assert (whole, tail, message.should_close, message.upgrade, message.chunked) == (True, b"", False, False, False)
        assert message.compression is None
    loop.close()
    assert 300 < plain < 2700  # both kinds were made


@pytest.mark.parametrize("data", HEADS)
def test_what_a_proxy_sends_is_plain(data):
    assert read_plain_head(data) is not None


@pytest.mark.parametrize("line", LINES)
def test_a_head_is_plain_with_such_a_line_only_if_aiohttp_would_say_the_same(line):
    data = HEADS[0].removesuffix(b"\r\n") + line + b"\r\n\r\n"
    plain_all_the_same = (b"X-A: \xe4\xff", b"X-A: " + b"y" * 8190, b"X-A: " + b"y" * 8191, b"X-A: a\x85b")
    assert (read_plain_head(data) is not None) is (line in plain_all_the_same)


def test_a_very_long_head_is_left_to_aiohttp():
    assert read_plain_head(head(("Cookie", "a" * MAX_BYTES))) is None
