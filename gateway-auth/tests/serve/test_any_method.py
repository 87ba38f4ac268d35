"""``/verify`` is asked with any method: Envoy's ext_authz asks with the client's, nginx with what it is told to use."""

import asyncio
import json

import pytest

from gateway_auth.serve.ordinary import parser_for
from vf_edge.cross_site import SAFE_METHODS

from ..builders import bearer, connect, cookie, head, token
from ..request.test_forwarded import UNCOMMON
from .test_both_ways import MORE_LINES

TOKEN = token(lifetime=1800)
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", *UNCOMMON]


def asked_with(method: str, *more, body: bytes = b"", original: str = "GET", auth=None) -> bytes:
    return head(auth or bearer(TOKEN), *more, method=original).replace(b"GET ", method.encode() + b" ", 1) + body


@pytest.mark.parametrize("method", METHODS)
async def test_it_answers_on_one_connection_as_to_a_get(edge, method):
    client = await connect(edge.server.port)
    expected = await client.ask(head(bearer(TOKEN)))
    for _ in range(3):
        client.send(asked_with(method))
        answer = await client.answer()
        assert (answer.status, answer.identity) == (200, expected.identity)
        assert (await client.ask(head())).status == 401
    client.close()


@pytest.mark.parametrize("method", METHODS)
async def test_a_repeat_is_answered_from_memory_whatever_the_method(edge, method):
    client = await connect(edge.server.port)
    for _ in range(3):
        assert (await client.ask(asked_with(method))).status == 200
    assert edge.server.repeats == 2
    client.close()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cut", [1, 2, 5, 9, 40])
async def test_it_is_read_however_it_is_cut(edge, method, cut):
    client = await connect(edge.server.port)
    assert (await client.ask(head(bearer(TOKEN)))).status == 200
    data = asked_with(method)
    client.send(data[:cut])
    await asyncio.sleep(0.01)
    client.send(data[cut:])
    assert (await client.answer()).status == 200
    client.close()


READ_BY_ONE_PARSER = [b"GET  /", b"GET /\x80", b"get /", b"GETGET /", b"PROP\x80 /"]


@pytest.mark.parametrize("first", READ_BY_ONE_PARSER)
async def test_a_cut_within_the_method_changes_no_answer(edge, first):
    """Of these, one parser accepts what the other one refuses: only the whole method decides which of them reads."""
    data = asked_with("GET").replace(b"GET /", first, 1)
    statuses = []
    for cut in range(5):
        client = await connect(edge.server.port)
        if cut:
            client.send(data[:cut])
            await asyncio.sleep(0.01)
        client.send(data[cut:])
        statuses.append((await client.answer()).status)
        client.close()
    assert len(set(statuses)) == 1, statuses


@pytest.mark.parametrize("first", ["GET", "POST", "PROPFIND", "custom"])
@pytest.mark.parametrize("second", ["GET", "POST", "PROPFIND", "custom"])
async def test_after_a_body_the_next_request_has_any_method_too(edge, first, second):
    """A body is not looked at, and what it holds is no request."""
    inner = asked_with(second)
    client = await connect(edge.server.port)
    framed = asked_with(first, ("Content-Length", str(len(inner))), body=inner)
    assert (await client.ask(framed)).status == 200
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(inner), inner)
    assert (await client.ask(asked_with(first, ("Transfer-Encoding", "chunked"), body=chunked))).status == 200
    await asyncio.sleep(0.01)
    assert (await client.ask(asked_with(second, auth=bearer("a.b.c")))).status == 401
    assert edge.server.repeats == 0
    client.close()


@pytest.mark.parametrize("method", ["POST", "PROPFIND"])
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_is_not_unpacked(edge, method, encoding):
    """It is no gzip: unpacking it would fail, and end the connection."""
    client = await connect(edge.server.port)
    lines = ("Content-Encoding", encoding), ("Content-Length", "5")
    for _ in range(2):
        assert (await client.ask(asked_with(method, *lines, body=b"hello"))).status == 200
        await asyncio.sleep(0.01)
    client.close()


@pytest.mark.parametrize("method", ["GÉT", "G(T", "G,T", "G\x00T", '"GET"'])
async def test_what_is_no_token_is_no_method(edge, method):
    client = await connect(edge.server.port)
    answer = await client.ask(asked_with(method))
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "invalid_request")
    client.close()


async def test_connect_gets_an_answer_that_lets_nobody_through(edge):
    client = await connect(edge.server.port)
    answer = await client.ask(asked_with("CONNECT"))
    assert answer.status == 400
    client.close()


@pytest.mark.parametrize("method", ["GET", "PROPFIND", "get"])
@pytest.mark.parametrize("original", ["GET", "POST", "PROPFIND", "get", "TRACE"])
async def test_the_original_method_is_the_one_that_the_proxy_names(edge, method, original):
    """The cross-site rule looks at it: a cookie sent by a foreign page may only be used for a safe method."""
    client = await connect(edge.server.port)
    evil = ("Origin", "https://evil.test")
    answer = await client.ask(asked_with(method, evil, original=original, auth=cookie(TOKEN)))
    expected = 400 if original == "TRACE" else 200 if original in SAFE_METHODS else 403
    assert answer.status == expected
    client.close()


ODD_LINES = [
    *MORE_LINES,
    b"Host : x",
    b"X\x0b: y",
    b"X: a\x0bb",
    b"X: a\x7fb",
    b"X(: y",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding : chunked",
    b"Content-Length: +5",
    b"Content-Length: 0x5",
    b"Content-Length: 5, 5",
]


@pytest.mark.parametrize("line", ODD_LINES)
async def test_the_parser_of_any_method_accepts_no_head_that_the_other_one_refuses(edge, line):
    statuses = []
    for method in ("GET", "PROPFIND"):
        client = await connect(edge.server.port)
        odd = asked_with(method).replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n", 1)
        statuses.append((await client.ask(odd)).status)
        client.close()
    assert statuses[1] in (statuses[0], 400)


async def test_a_head_of_bare_line_feeds_is_refused_whatever_its_method(edge):
    for method in ("GET", "PROPFIND"):
        client = await connect(edge.server.port)
        assert (await client.ask(asked_with(method).replace(b"\r\n", b"\n"))).status == 400
        client.close()


def test_usual_methods_are_read_by_the_fast_parser():
    fast, slow = parser_for(b"GET /"), parser_for(b"PROPFIND /")
    assert fast is not slow
    assert parser_for(head(bearer(TOKEN))) is fast
    assert parser_for(b"GETS /") is parser_for(b"GE") is slow
    assert parser_for(b"\x16\x03\x01") is parser_for(b"\r\n") is fast, "it refuses at once what is no method"


@pytest.mark.parametrize("method", [*METHODS, "head", "Head"])
async def test_a_denial_has_a_body_on_both_ways_or_on_neither(edge, method):
    data = asked_with(method, auth=("Authorization", "Bearer a.b.c"))
    assert await body_of(edge, data) == await body_of(edge, data[:9], data[9:])


async def body_of(edge, *pieces: bytes) -> int:
    """Return the length of what follows the head of the answer to a request, which comes in pieces."""
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.server.port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.01)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    start, _, body = answer.partition(b"\r\n\r\n")
    assert start.startswith(b"HTTP/1.1 401 ")
    return len(body)
