"""The listener under slow, silent and stopped clients, and what its errors say (hostile rows 6, 18, 42)."""

import asyncio
import json
import socket

import pytest

from gateway_auth.serve.listener import ConnectionBounds

from ..builders import bearer, connect, cookie, head, signing_key, token

QUICK = ConnectionBounds(tick_seconds=0.05, idle_ticks=6, waiting_ticks=2)


@pytest.fixture
async def strict_edge(edge):
    """An edge whose bounds are a tenth of a second for half requests and a third for idle connections."""
    edge.server.bounds = QUICK
    keeping = asyncio.create_task(edge.server.keep_house())
    yield edge
    keeping.cancel()


async def test_half_a_request_ends_the_connection_after_the_bound(strict_edge):
    client = await connect(strict_edge.server.port)
    client.send(head(bearer(token()))[:-2])
    assert await client.ended(0.5)


async def test_a_request_that_trickles_in_ends_the_connection_after_the_bound(strict_edge):
    client = await connect(strict_edge.server.port)

    async def trickle():
        for byte in head(bearer(token())):
            client.send(bytes([byte]))
            await asyncio.sleep(0.02)

    trickling = asyncio.create_task(trickle())
    assert await client.ended(0.5)
    trickling.cancel()


async def test_a_body_that_never_comes_ends_the_connection_after_the_bound(strict_edge):
    client = await connect(strict_edge.server.port)
    await client.ask(head(bearer(token()), ("Content-Length", "10")))
    assert await client.ended(1.0)


async def test_a_connection_that_says_nothing_ends_after_the_idle_bound(strict_edge):
    client = await connect(strict_edge.server.port)
    assert not await client.ended(0.15)
    assert await client.ended(1.0)


@pytest.mark.parametrize("first", [head(bearer(token())), head()], ids=["allowed", "denied"])
async def test_a_connection_that_is_used_again_and_again_is_not_ended(strict_edge, first):
    client = await connect(strict_edge.server.port)
    for _ in range(8):
        assert (await client.ask(first)).status in (200, 401)
        await asyncio.sleep(0.1)
    client.close()


async def test_aiohttp_does_not_end_a_connection_on_which_it_sees_no_repeats(edge):
    client = await connect(edge.server.port)
    await client.ask(head(bearer(token()), ("Connection", "keep-alive")))  # not plain, so aiohttp reads it
    (connection,) = edge.server.connections
    assert connection._ordinary.keepalive_timeout > 86_400
    client.close()


async def deaf_client(edge):
    """A client with a small buffer that asks three hundred times and reads no answer (more in test_deaf_client.py)."""
    data = head(bearer(token()))
    client = await connect(edge.server.port)
    await client.ask(data)
    (connection,) = edge.server.connections
    for transport, option in ((client.writer.transport, socket.SO_RCVBUF), (connection._transport, socket.SO_SNDBUF)):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, option, 4096)
    client.writer.transport.pause_reading()
    for _ in range(300):
        client.send(data)
        for _ in range(3):  # one request at a time, so that each is a repeat
            await asyncio.sleep(0)
    return client


async def test_a_client_that_takes_no_answers_is_ended_after_the_bound(strict_edge):
    client = await deaf_client(strict_edge)
    await asyncio.sleep(0.6)
    assert not strict_edge.server.connections
    client.writer.transport.abort()


async def test_others_are_served_beside_hundreds_of_idle_connections(edge):
    idle = await asyncio.gather(*(connect(edge.server.port) for _ in range(300)))
    for client in idle[::2]:
        client.send(b"GET /verify HTTP/1.1\r\n")
    client = await connect(edge.server.port)
    assert (await client.ask(head(bearer(token())))).status == 200
    for each in [*idle, client]:
        each.close()


TOO_LARGE = {
    "a bearer of 40 KB": head(bearer("secret" * 7000)),
    "a cookie jar of 12 KB": head(cookie("secret" * 2000)),
    "a header of 1.2 MB": head(("X", "secret" * 200_000)),
    "a path of 20 KB": head(uri="/" + "secret/" * 3000),
    "a name of 200 KB": head(("secret" * 33_000, "x")),
    "many lines that are too long together": head(*[(f"X-{number}", "secret" * 1300) for number in range(10)]),
}


@pytest.mark.parametrize("data", TOO_LARGE.values(), ids=TOO_LARGE.keys())
async def test_too_large_is_431_and_echoes_nothing(edge, data):
    client = await connect(edge.server.port)
    answer = await client.ask(data)
    assert (answer.status, json.loads(answer.body)["code"]) == (431, "header_too_large")
    assert b"secret" not in answer.raw
    client.close()


async def test_more_lines_than_anybody_sends_are_refused(edge):
    client = await connect(edge.server.port)
    assert (await client.ask(head(*[(f"X-{number}", "x") for number in range(5000)]))).status in (400, 431)
    client.close()


GOOD = head(bearer("secret.secret.secret"))
NOT_HTTP = {
    "no HTTP at all": b"secret secret\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00secret" + b"\0" * 50,
    "an unknown version": GOOD.replace(b"HTTP/1.1", b"HTTP/9.9"),
    "a NUL in a value": GOOD.replace(b"secret.", b"secret\0", 1),
    "a bare carriage return": GOOD.replace(b"\r\nHost", b"\rHost", 1),
    "a bare line end": GOOD.replace(b"\r\nHost", b"\nHost", 1),
    "a space before the colon": GOOD.replace(b"Host:", b"Host :", 1),
    "a folded line": GOOD.replace(b"\r\nX-Forwarded-Method", b"\r\n folded\r\nX-Forwarded-Method"),
    "a line without a colon": GOOD.replace(b"\r\nHost", b"\r\nsecret\r\nHost", 1),
    "two lengths": head(bearer("secret"), ("Content-Length", "1"), ("Content-Length", "2")),
    "a length that is no number": head(bearer("secret"), ("Content-Length", "secret")),
    "a length and chunks": head(bearer("secret"), ("Content-Length", "1"), ("Transfer-Encoding", "chunked")),
    "a chunk that is none": head(bearer("secret"), ("Transfer-Encoding", "chunked")) + b"secret\r\n",
}


@pytest.mark.parametrize("data", NOT_HTTP.values(), ids=NOT_HTTP.keys())
async def test_what_is_not_http_is_never_allowed_and_echoes_nothing(edge, data):
    client = await connect(edge.server.port)
    answer = await client.ask(data)
    assert answer.status in (400, 401)
    assert answer.headers["content-type"] == "application/problem+json"
    assert b"secret" not in answer.raw
    client.close()


async def test_nothing_malformed_is_allowed_however_good_its_token(edge):
    good = head(bearer(token()))
    warm = await connect(edge.server.port)
    await warm.ask(good)
    for data in (
        good.replace(b"Host:", b"Host :", 1),
        good.replace(b"\r\nHost", b"\r\n folded\r\nHost", 1),
        good.replace(b"X-Forwarded-Host: ", b"X-Forwarded-Host: \0", 1),
        good.replace(b"GET", b"CONNECT", 1),
        good.replace(b"/verify", b"/verify/x", 1),
        good.replace(b"/verify", b"/healthz", 1),
    ):
        client = await connect(edge.server.port)
        assert (await client.ask(data)).status == 400
        client.close()
    warm.close()


async def test_a_head_request_is_refused_without_a_body(edge):
    client = await connect(edge.server.port)
    client.send(head().replace(b"GET", b"HEAD", 1))
    raw = await client.reader.readuntil(b"\r\n\r\n")
    assert raw.startswith(b"HTTP/1.1 401 ")
    client.send(head(bearer(token())))
    assert (await client.answer()).status == 200
    client.close()


async def test_a_fault_of_ours_is_500_and_closed_and_says_nothing(edge, monkeypatch):
    def fault(*_arguments, **_options):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("gateway_auth.serve.handler.decide", fault)
    client = await connect(edge.server.port)
    answer = await client.ask(head(bearer("secret")))
    assert (answer.status, json.loads(answer.body)["code"]) == (500, "internal_error")
    assert b"secret" not in answer.raw
    assert await client.ended(1)


async def test_stopping_finishes_the_request_that_is_running(start_edge, key_server):
    key_server.publish(signing_key(1))
    key_server.delay = 0.3
    edge = await start_edge(VF_JWT_SECRET="", VF_JWKS_URL=key_server.url)
    client = await connect(edge.server.port)
    asking = asyncio.create_task(client.ask(head(bearer(token(key=signing_key(1))))))
    await asyncio.sleep(0.1)
    await edge.server.stop(5)
    assert (await asking).status == 200
    assert await client.ended(1)


async def test_stopping_ends_idle_and_half_open_connections_at_once(start_edge):
    edge = await start_edge()
    idle, used, half = [await connect(edge.server.port) for _ in range(3)]
    await used.ask(head(bearer(token())))
    half.send(b"GET /verify HTTP/1.1\r\n")
    await asyncio.sleep(0.05)
    async with asyncio.timeout(2):
        await edge.server.stop(1)
    for client in (idle, used, half):
        assert await client.ended(1)


async def test_nothing_new_is_accepted_after_stopping(start_edge):
    edge = await start_edge()
    port = edge.server.port
    await edge.server.stop(0.1)
    with pytest.raises(ConnectionError):
        await connect(port)


@pytest.mark.parametrize(
    "rule", ["token=SECRET", "audience=billing&token=SECRET", "audience=billing&mode=SECRET", "SECRET"]
)
async def test_a_query_that_is_no_rule_is_not_logged(edge, log_lines, rule):
    """A proxy that appends the client's query would put its secrets there."""
    client = await connect(edge.server.port)
    assert (await client.ask(head(bearer(token()), rule=rule))).status == 400
    assert [line["rule"] for line in log_lines if line["event"] == "denied"] == ["[unreadable]"]
    assert "SECRET" not in str(log_lines)
