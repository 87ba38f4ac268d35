"""The same bytes get the same answer: repeated, decided on the connection, or read by aiohttp.

This is what makes the short ways safe: they may be faster than aiohttp's handler, and nothing else.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator

import pytest
import uvloop
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gateway_auth.serve import listener
from gateway_auth.serve.connection import EdgeConnection
from gateway_auth.serve.handler import VerifyHandler
from gateway_auth.serve.worker_parts import WorkerParts, build
from vf_runtime.addresses import Address

from ..builders import OPTIONAL, RULE, bearer, connect, cookie, head, settings, token

LONG = 1800
"""Seconds: these tokens are made when the module is imported, and used when its turn comes."""

GOOD, SCRIPT = token(lifetime=LONG), token(token_id="tok_2", lifetime=LONG)
LAST = token(user_id="usr_last", lifetime=LONG)
PLAIN = [
    head(bearer(GOOD)),
    head(cookie(GOOD)),
    head(cookie(SCRIPT, "jwt_token"), method="POST", rule="audience=inventory"),
    head(cookie(GOOD), ("Sec-Fetch-Site", "same-origin"), method="DELETE"),
    head(rule="audience=website&mode=optional"),
    head(cookie("rubbish"), rule="audience=website&mode=optional"),
    head(bearer("rubbish")),
    head(cookie("rubbish"), ("Sec-Fetch-Mode", "navigate"), rule="audience=website&login=auto"),
    head(),
]
SENTINEL = head(bearer(LAST))
Messages = list[list[bytes]]
"""What one connection sends: messages with a pause between them, each in one or more pieces."""

MORE_LINES = [
    b"Content-Length: 0",
    b"Content-Length: 5",
    b"Content-Length: -1",
    b"Content-Length: 0\r\nContent-Length: 0",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5",
    b"Connection: close",
    b"Connection: keep-alive",
    b"Connection: X-Forwarded-Uri",
    b"Connection: Upgrade\r\nUpgrade: websocket",
    b"Connection: Upgrade\r\nUpgrade: h2c",
    b"Expect: 100-continue",
    b"X-Forwarded-Uri: /other",
    b"X-Forwarded-Uri:/other",
    b"x-forwarded-uri: /other",
    b"X_Forwarded_Uri: /other",
    b"X-Forwarded-Host: evil.test",
    b"Authorization: Bearer rubbish",
    b"Cookie: jwt=rubbish",
    b"Origin: https://evil.test",
    b"Sec-Fetch-Site: cross-site",
    b" folded",
    b"\tX-Forwarded-Uri: /folded",
    b"X: a\0b",
    b"X: a\rb",
    b"X: a\nX-Forwarded-Uri: /newline",
    b"X : space",
    b"no colon",
    b": no name",
    b"X: \xff\xfe",
    b"X: " + b"y" * 9000,
    b"",
]
URIS = [
    b"/",
    b"/other?x=%00",
    b"//evil",
    b"",
    b" /two-spaces",
    b"/a b",
    b"/\xff",
    b"/a\tb",
    b"/" + b"a" * 4100,
    b"*",
    b"/x ",
]
BODIES = [b"", b"hello", b"0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n", b"\r\n", b"\r\n\r\n", b"GET", b"\x16\x03\x01"]
REQUEST_LINES = [
    b"GET /verify?audience=billing HTTP/1.0",
    b"GET /verify?audience=billing HTTP/1.0\r\nConnection: keep-alive",
    b"GET /verify?audience=billing HTTP/2.0",
    b"GET /verify?audience=billing",
    b"get /verify?audience=billing HTTP/1.1",
    b"POST /verify?audience=billing HTTP/1.1",
    b"GET  /verify?audience=billing HTTP/1.1",
    b"GET http://gateway/verify?audience=billing HTTP/1.1",
    b"GET /verify?audience=billing#x HTTP/1.1",
    b"GET /verify/?audience=billing HTTP/1.1",
    b"GET /%76erify?audience=billing HTTP/1.1",
    b"GET /verify?audience= HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"\r\nGET /verify?audience=billing HTTP/1.1",
]


@st.composite
def first_time(draw: st.DrawFn) -> bytes:
    """A plain request with a token that was hardly ever seen before, valid or altered."""
    value = token(token_id=f"tok_{draw(st.integers(0, 10**9))}")
    value = draw(st.sampled_from([value, value, value[:-6] + "AAAAAA", value[:40], token(age=400)]))
    credential = draw(st.sampled_from([bearer(value), cookie(value)]))
    return head(credential, rule=draw(st.sampled_from([RULE, OPTIONAL, f"{RULE}&roles=operator"])))


@st.composite
def heads(draw: st.DrawFn) -> bytes:
    """A plain request with up to three things wrong or odd about it."""
    whole = draw(st.one_of(st.sampled_from(PLAIN), first_time()))
    parts = whole.removesuffix(b"\r\n\r\n").split(b"\r\n")
    for _ in range(draw(st.integers(0, 3))):
        index = draw(st.integers(0, len(parts) - 1))
        change = draw(st.sampled_from(["add", "drop", "twice", "case", "space", "uri", "first", "swap", "byte"]))
        if change == "add":
            parts.insert(index + 1, draw(st.sampled_from(MORE_LINES)))
        elif change == "drop" and len(parts) > 1:
            del parts[index]
        elif change == "twice":
            parts.insert(index, parts[index])
        elif change == "case":
            parts[index] = draw(st.sampled_from([parts[index].upper(), parts[index].lower()]))
        elif change == "space":
            odd = draw(st.sampled_from([b":", b":  ", b" : ", b":\t", b": \t "]))
            parts[index] = parts[index].replace(b": ", odd, 1) + draw(st.sampled_from([b"", b" ", b"\t"]))
        elif change == "uri":
            parts = [
                b"X-Forwarded-Uri: " + draw(st.sampled_from(URIS)) if part.startswith(b"X-Forwarded-Uri") else part
                for part in parts
            ]
        elif change == "first":
            parts[0] = draw(st.sampled_from(REQUEST_LINES))
        elif change == "swap":
            parts.insert(draw(st.integers(0, len(parts) - 1)), parts.pop(index))
        elif change == "byte" and parts[index]:
            position = draw(st.integers(0, len(parts[index]) - 1))
            replaced = bytes([draw(st.integers(0, 255))])
            parts[index] = parts[index][:position] + replaced + parts[index][position + 1 :]
        if not parts:
            break
    line_end = draw(st.sampled_from([b"\r\n"] * 12 + [b"\n"]))
    return line_end.join(parts) + line_end * 2


@st.composite
def messages(draw: st.DrawFn) -> Messages:
    """One to three messages for one connection; each is some heads and bodies run together, cut anywhere."""
    connection = []
    for _ in range(draw(st.integers(1, 3))):
        data = b"".join(
            draw(heads()) + draw(st.sampled_from([b""] * 8 + BODIES))
            for _ in range(draw(st.sampled_from([1, 1, 1, 2])))
        )
        cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=draw(st.sampled_from([0, 0, 0, 2])))))
        pieces = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        connection.append([piece for piece in pieces if piece])
    return connection


ARRIVED = Counter[tuple[object, object]]()
"""Bytes that a server has received, by its own address and the client's."""


def _way(transport: asyncio.BaseTransport, server: str, client: str) -> tuple[object, object]:
    return transport.get_extra_info(server), transport.get_extra_info(client)


class CountingConnection(EdgeConnection):
    """Counts what arrives."""

    def data_received(self, data: bytes) -> None:
        ARRIVED[_way(self._transport, "sockname", "peername")] += len(data)
        super().data_received(data)


class BothWays:
    """Two edges on one loop: one with all short ways, and one where aiohttp reads every request."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self.cached, self.plain = build(settings()), build(settings())
        self.plain.verdicts.cache.max_bytes = 0
        self.plain.server._handler.answer_at_once = lambda _data: None
        self.at_once = Counter[str]()
        """How the first edge's connections answered what was no repeat, by status; "handed over" if they did not."""
        self._count_at_once(self.cached.server._handler)
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(listener, "EdgeConnection", CountingConnection)
        for parts in (self.cached, self.plain):
            self.runner.run(parts.server.start(Address("127.0.0.1", 0)))
        self.runner.run(self.compare([[request] for request in PLAIN]))

    def _count_at_once(self, handler: VerifyHandler) -> None:
        answer_at_once = handler.answer_at_once

        def counted(data: bytes) -> bytes | None:
            answer = answer_at_once(data)
            self.at_once["handed over" if answer is None else answer[9:12].decode()] += 1
            return answer

        handler.answer_at_once = counted

    def close(self) -> None:
        for parts in (self.cached, self.plain):
            self.runner.run(parts.server.stop(0.1))
        self.runner.close()
        self.patch.undo()

    async def compare(self, connection: Messages) -> None:
        expected, first = await asyncio.gather(outcome(self.plain, connection), outcome(self.cached, connection))
        assert first == expected, "the first time"
        assert await outcome(self.cached, connection) == expected, "as a repeat"


async def outcome(parts: WorkerParts, connection: Messages) -> list[object]:
    """Every answer to a connection, and whether it stays open for another request, ends, or hangs.

    Each piece arrives before the next one is sent. Where TCP cuts what is pipelined may change an answer, and on a busy
    machine two pieces arrived as one.
    """
    client = await connect(parts.server.port)
    way = _way(client.writer.transport, "peername", "sockname")
    ARRIVED[way] = 0
    answers: list[object] = []
    reading = asyncio.create_task(_read(client, answers))
    sent = 0
    try:
        for pieces in connection:
            expected = len(answers) + 1
            for piece in pieces:
                client.send(piece)
                sent += len(piece)
                await _until(lambda: ARRIVED[way] >= sent or reading.done())  # noqa: B023  called at once
            await _until(lambda: len(answers) >= expected or reading.done(), 20)  # noqa: B023  called at once
        client.send(SENTINEL)
        await _until(reading.done, 100)
        answers.append(reading.result() if reading.done() else "hangs")
    except ConnectionError:
        answers.append("ended")
    finally:
        reading.cancel()
        client.close()
    return answers


async def _read(client, answers: list[object]) -> str:
    while True:
        try:
            answer = await client.answer(60)
        except (EOFError, ConnectionError):
            return "ended"
        if answer.identity.get("x-user-id") == "usr_last":
            return "open"
        body = json.loads(answer.body) if answer.body else {}
        body.pop("request_id", None)
        shown = {
            name: answer.headers.get(name) for name in ("www-authenticate", "location", "content-type") if answer.body
        }
        persistence = answer.raw[:8], answer.headers.get("connection")
        answers.append((answer.status, persistence, answer.identity, body, shown))


async def _until(condition, turns: int = 5000) -> None:
    """Wait until the condition holds, for some turns of the loop. The server has the same loop.

    Turns are counted, not seconds: the server works in each turn, however busy the machine is.
    """
    for _ in range(turns):
        if condition():
            return
        await asyncio.sleep(0.001)


@pytest.fixture(scope="module")
def both_ways() -> Iterator[BothWays]:
    edges = BothWays()
    yield edges
    edges.close()


@given(messages())
@example([[head(bearer(GOOD), ("Connection", "Upgrade"), ("Upgrade", "websocket"))], [PLAIN[0]]])
@example([[head(bearer(GOOD), ("Content-Length", "5"))], [PLAIN[0]]])
@example([[head(bearer(GOOD.swapcase()))], [head(bearer(GOOD[:-1] + GOOD[-1].swapcase()))], [head(bearer(GOOD + "A"))]])
@example([[PLAIN[0] + b"GET"], [PLAIN[0]]])
@example([[PLAIN[0] + PLAIN[6]], [PLAIN[0]]])
@example([[PLAIN[0].replace(b" HTTP/1.1", b" HTTP/1.0")], [PLAIN[0]]])
@example([[head(bearer(GOOD), ("Connection", "keep-alive")).replace(b" HTTP/1.1", b" HTTP/1.0")], [PLAIN[0]]])
@example([[head(bearer(GOOD), ("Connection", "close"))], [PLAIN[0]]])
@example([[PLAIN[0].replace(b"\r\n", b"\n")], [PLAIN[0]]])
@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_bytes_get_the_same_answers_with_a_warm_cache_as_without_one(both_ways, connection):
    both_ways.runner.run(both_ways.compare(connection))


@given(st.lists(st.one_of(first_time(), first_time(), heads()).map(lambda data: [data]), min_size=2, max_size=5))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_requests_with_new_tokens_get_the_same_answers_at_once_as_by_aiohttp(both_ways, connection):
    both_ways.runner.run(both_ways.compare(connection))


def test_those_bytes_reached_every_way(both_ways):
    """Of the tests above: if a strategy makes nothing plain any more, it compares aiohttp with itself."""
    counted = both_ways.at_once
    assert counted["200"] > 20
    assert counted["401"] + counted["400"] + counted["403"] > 40
    assert counted["handed over"] > 60
    assert both_ways.cached.server.repeats > 60
    assert both_ways.plain.server.repeats == 0


def test_a_request_cut_in_two_at_any_position_is_answered_as_if_it_came_whole(both_ways):
    async def cut_everywhere() -> None:
        expected = await outcome(both_ways.plain, [[PLAIN[1]]])
        slots = asyncio.Semaphore(24)

        async def cut(position: int) -> None:
            async with slots:
                pieces = [PLAIN[1][:position], PLAIN[1][position:]]
                assert await outcome(both_ways.cached, [pieces]) == expected, position

        await asyncio.gather(*(cut(position) for position in range(1, len(PLAIN[1]))))

    both_ways.runner.run(cut_everywhere())


def test_the_warm_edge_really_answers_from_its_cache(both_ways):
    before = both_ways.cached.server.repeats
    both_ways.runner.run(outcome(both_ways.cached, [[PLAIN[0]], [PLAIN[0]]]))
    assert both_ways.cached.server.repeats >= before + 2
    assert both_ways.plain.server.repeats == 0
