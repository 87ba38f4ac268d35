"""Clients that shut down their side after a whole request or half of one, under both event loops."""

import asyncio
import re

import pytest

from ..builders import bearer, connect, head, signing_key, token

GOOD = head(bearer(token(lifetime=1800)))

pytestmark = pytest.mark.asyncio(loop_factories=["asyncio", "uvloop"])


async def nothing_is_kept(edge):
    async with asyncio.timeout(2):
        while edge.server.connections:  # noqa: ASYNC110  the edge tells nobody
            await asyncio.sleep(0.01)


async def last_words(edge, *parts):
    """What is read until the end by a client that sends the parts and then shuts down its side."""
    client = await connect(edge.server.port)
    for part in parts:
        await asyncio.sleep(0.02)
        client.send(part)
    client.writer.write_eof()
    async with asyncio.timeout(2):
        raw = await client.reader.read()
    await nothing_is_kept(edge)
    client.close()
    return raw


async def test_a_first_request_is_answered_before_the_end(edge):
    assert (await last_words(edge, GOOD)).startswith(b"HTTP/1.1 200 OK\r\n")


async def test_a_repeat_is_answered_before_the_end(edge):
    first = await connect(edge.server.port)
    await first.ask(GOOD)
    first.close()
    await nothing_is_kept(edge)
    raw = await last_words(edge, GOOD, GOOD)
    assert raw.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert edge.server.repeats == 2


async def test_a_denial_is_answered_before_the_end(edge):
    assert (await last_words(edge, head())).startswith(b"HTTP/1.1 401 ")


async def test_several_requests_at_once_are_all_answered_before_the_end(edge):
    raw = await last_words(edge, GOOD + head() + GOOD)
    assert re.findall(rb"HTTP/1.1 (\d+) ", raw) == [b"200", b"401", b"200"]


async def test_a_request_that_waits_for_a_key_set_is_answered_before_the_end(start_edge, key_server):
    key_server.publish(signing_key(1))
    key_server.delay = 0.3
    edge = await start_edge(VF_JWT_SECRET="", VF_JWKS_URL=key_server.url)
    asked = head(bearer(token(key=signing_key(1))))
    assert (await last_words(edge, asked)).startswith(b"HTTP/1.1 200 OK\r\n")


async def test_what_is_no_http_is_refused_before_the_end(edge):
    assert (await last_words(edge, b"secret secret\r\n\r\n")).startswith(b"HTTP/1.0 400 ")


HALVES = {
    "nothing": [],
    "half a head": [GOOD[:-2]],
    "half a head after a whole request": [GOOD, GOOD[:-2]],
    "half a head after a repeat": [GOOD, GOOD, GOOD[:-30]],
    "half a body": [head(bearer(token()), ("Content-Length", "10")) + b"half"],
}


@pytest.mark.parametrize("parts", HALVES.values(), ids=HALVES.keys())
async def test_the_connection_ends_and_no_half_is_allowed_after(edge, parts):
    whole = sum(part.endswith(b"\r\n\r\n") for part in parts)
    raw = await last_words(edge, *parts)
    assert raw.count(b"HTTP/1.1 200 OK\r\n") <= whole + (b"Content-Length" in b"".join(parts))


async def test_a_body_after_an_upgrade_ends_the_connection_instead_of_leaving_it_deaf(edge):
    client = await connect(edge.server.port)
    client.send(head(bearer(token()), ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Content-Length", "3")))
    client.send(b"abc")
    async with asyncio.timeout(2):
        raw = await client.reader.read()
    assert raw.startswith(b"HTTP/1.1 200 OK\r\n")
    assert raw.count(b"HTTP/1.1") == 1
    client.close()
    await nothing_is_kept(edge)
