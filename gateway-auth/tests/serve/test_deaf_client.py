"""A client that asks on and reads no answer: it is read no further, and gets every answer once it reads."""

import asyncio
import contextlib
import socket

import pytest

from ..builders import bearer, head, token

GOOD = head(bearer(token(lifetime=1800)))
OK = b"HTTP/1.1 200 OK\r\n"
MORE = 2000
pytestmark = pytest.mark.asyncio(loop_factories=["asyncio", "uvloop"])


class DeafClient:
    """A raw socket with small buffers on both sides, and the edge's connection to it."""

    def __init__(self, edge) -> None:
        self._edge, self._loop = edge, asyncio.get_running_loop()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.setblocking(False)
        self.asked = 0

    async def connect(self) -> None:
        await self._loop.sock_connect(self.socket, ("127.0.0.1", self._edge.server.port))
        await self.ask()
        assert (await self._loop.sock_recv(self.socket, 65_536)).startswith(OK)
        (self.connection,) = self._edge.server.connections
        self.transport = self.connection._transport
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)

    async def ask(self, times: int = 1) -> None:
        await self._loop.sock_sendall(self.socket, GOOD * times)
        self.asked += times

    async def read_answers(self, count: int) -> int:
        """How many come, up to ``count``; none lost or cut, so that each head begins where the last one ended."""
        raw = b""
        while raw.count(b"\r\n\r\n") < count and (data := await self._loop.sock_recv(self.socket, 1_000_000)):
            raw += data
        heads = raw.removesuffix(b"\r\n\r\n").split(b"\r\n\r\n")
        return sum(each.startswith(OK) for each in heads)


@pytest.fixture
async def deaf(edge):
    client = DeafClient(edge)
    await client.connect()
    yield client
    client.socket.close()


async def ask_until_paused(edge, deaf) -> None:
    """One at a time, so that each is a repeat."""
    async with asyncio.timeout(10):
        while deaf.transport.is_reading():
            await deaf.ask()
            while edge.server.repeats < deaf.asked - 1 and deaf.transport.is_reading():  # noqa: ASYNC110  the edge tells nobody
                await asyncio.sleep(0)


async def most_buffered(deaf) -> int:
    """The most bytes of answers in memory while the client sends on."""
    most = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            while True:
                most = max(most, deaf.transport.get_write_buffer_size())
                await asyncio.sleep(0.01)
    return most


async def test_repeats_are_read_no_further_when_the_answers_are_not_taken(edge, deaf):
    await ask_until_paused(edge, deaf)
    answered, buffered = edge.server.repeats, deaf.transport.get_write_buffer_size()
    assert answered > 50
    sending = asyncio.create_task(deaf.ask(MORE))
    assert await most_buffered(deaf) == buffered < 70_000
    assert edge.server.repeats == answered
    assert not deaf.transport.is_reading()
    async with asyncio.timeout(20):
        assert await deaf.read_answers(answered + MORE) == answered + MORE
        await sending
    assert deaf.transport.is_reading()
    assert deaf.transport.get_write_buffer_size() == 0


# Whole heaps go to aiohttp, which has a queue and a pause of its own: the two must get along.
@pytest.mark.parametrize("at_once", [7, 50])
async def test_heaps_of_requests_are_read_no_further_when_the_answers_are_not_taken(edge, deaf, at_once):
    async def send():
        for _ in range(MORE // at_once):
            await deaf.ask(at_once)

    sending = asyncio.create_task(send())
    assert await most_buffered(deaf) < 100_000
    assert not deaf.transport.is_reading()
    count = MORE // at_once * at_once
    async with asyncio.timeout(20):
        assert await deaf.read_answers(count) == count
        await sending


async def test_after_the_pause_repeats_are_answered_as_before(edge, deaf):
    await ask_until_paused(edge, deaf)
    async with asyncio.timeout(20):
        await deaf.read_answers(deaf.asked - 1)
        answered = edge.server.repeats
        await deaf.ask()
        assert await deaf.read_answers(1) == 1
    assert edge.server.repeats == answered + 1
