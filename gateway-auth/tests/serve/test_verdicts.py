"""A repeat is answered from memory only while a full decision would still say the same (hostile rows 28, 39, 44)."""

import asyncio
import re
import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_auth.serve import worker
from gateway_auth.serve.repeats import plain_key
from vf_edge import identity_headers
from vf_edge.revocations import Revocation
from vf_tokens import KeySet, assertion

from ..builders import OPTIONAL, RULE, bearer, connect, cookie, head, signing_key, token

TOKEN = token(lifetime=1800)
GOOD = head(bearer(TOKEN))


async def warm(edge, data: bytes = GOOD):
    """A connection on which ``data`` was asked twice, the second time as a repeat."""
    client = await connect(edge.server.port)
    before = edge.server.repeats
    assert (await client.ask(data)).status == 200
    assert (await client.ask(data)).status == 200
    assert edge.server.repeats == before + 1
    return client


@pytest.fixture
def clock(edge, monkeypatch):
    """Moves the wall clock of ``edge``."""
    shift = SimpleNamespace(seconds=0.0)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + shift.seconds)
    return shift


REVOCATIONS = {
    "its token": Revocation("jti", "tok_1", 0, 10**10),
    "its session": Revocation("sid", "ses_1", 0, 10**10),
    "its user": Revocation("sub", "usr_1", 10**10, 10**10),
}


@pytest.mark.parametrize("revocation", REVOCATIONS.values(), ids=REVOCATIONS.keys())
async def test_a_repeat_is_refused_at_once_after_the_revocation_of(edge, revocation):
    client = await warm(edge)
    edge.gate.state.add(revocation)
    answer = await client.ask(GOOD)
    assert (answer.status, b"token_revoked" in answer.body) == (401, True)
    client.close()


async def test_a_repeat_goes_on_after_the_revocation_of_somebody_else(edge):
    client = await warm(edge)
    edge.gate.state.add(Revocation("sid", "ses_2", 0, 10**10))
    assert (await client.ask(GOOD)).status == 200
    assert edge.server.repeats == 2
    client.close()


async def test_a_repeat_is_refused_at_once_when_its_token_expires(edge, clock):
    data = head(bearer(token(age=0, lifetime=30)))
    client = await warm(edge, data)
    clock.seconds = 31
    answer = await client.ask(data)
    assert (answer.status, b"token_expired" in answer.body) == (401, True)
    client.close()


async def test_a_repeats_assertion_is_renewed_before_it_expires(edge, clock):
    client = await warm(edge)
    keys = KeySet([signing_key().verification_key()])
    for seconds in (0, 49, 55, 69, 71, 119, 200):
        clock.seconds = seconds
        proof = (await client.ask(GOOD)).headers["x-user-assertion"].encode()
        assert assertion.verify(proof, keys, audience="billing", now=time.time()).expires_at - time.time() >= 8
    client.close()


async def test_a_repeats_assertion_is_not_from_the_future_after_the_clock_was_set_back(edge, clock, monkeypatch):
    data = head(bearer(token(age=120)))
    client = await warm(edge, data)
    monkeypatch.setattr(worker, "HOUSEKEEPING_SECONDS", 0.01)
    keeping = asyncio.create_task(worker.keep_current(edge))
    await asyncio.sleep(0)  # it has seen the clock
    clock.seconds = -60
    async with asyncio.timeout(10):
        while len(edge.verdicts.cache) or len(edge.verifier.cache):  # noqa: ASYNC110  no event tells it
            await asyncio.sleep(0.01)
    proof = (await client.ask(data)).headers["x-user-assertion"].encode()
    keys = KeySet([signing_key().verification_key()])
    assert assertion.verify(proof, keys, audience="billing", now=time.time()).identity.user_id == "usr_1"
    keeping.cancel()
    client.close()


@pytest.mark.parametrize("place", ["first", "in the middle", "last"])
async def test_only_the_assertion_changes_at_its_renewal(edge, clock, monkeypatch, place):
    """Wherever its line stands, and whatever a later version adds behind it."""

    encode = identity_headers.encode

    def in_another_order(identity, token):
        values = encode(identity, token)
        proof = values.pop("X-User-Assertion")
        line = {"X-User-Assertion": proof}
        before = {} if place == "first" else values
        after = values if place == "first" else {"X-User-Later": "x"} if place == "in the middle" else {}
        return {**before, **line, **after}

    monkeypatch.setattr("gateway_auth.identity.assertions.identity_headers.encode", in_another_order)
    client = await warm(edge)
    answers = []
    for seconds in (0, 51, 102):
        clock.seconds = seconds
        answers.append((await client.ask(GOOD)).raw.decode())
    client.close()
    masked = {re.sub("(X-User-Assertion: |X-Request-Id: ).*", r"\1…", answer) for answer in answers}
    proofs = {re.findall("X-User-Assertion: (.*)\r", answer)[0] for answer in answers}
    assert (len(masked), len(proofs)) == (1, 3)


async def test_a_renewed_assertion_does_not_outlast_the_token(edge, clock):
    data = head(bearer(token(age=0, lifetime=70)))
    client = await warm(edge, data)
    clock.seconds = 60
    assert (await client.ask(data)).status == 200
    clock.seconds = 75
    assert (await client.ask(data)).status == 401
    client.close()


async def test_a_repeat_is_refused_at_once_when_its_key_is_withdrawn(start_edge, key_server, monkeypatch):
    monkeypatch.setattr("gateway_auth.tokens.key_source.COOL_DOWN_SECONDS", 0.0)
    edge = await start_edge(VF_JWT_SECRET="", VF_JWKS_URL=key_server.url)
    key_server.publish(signing_key(1))
    (issuer,) = edge.verifier.issuers.values()
    await issuer.source.learn()
    data = head(bearer(token(key=signing_key(1))))
    client = await warm(edge, data)
    key_server.publish(signing_key(2))
    await issuer.source.learn()
    assert (await client.ask(data)).status == 401
    client.close()


async def test_a_repeat_is_refused_at_once_when_its_origin_is_withdrawn(edge):
    data = head(cookie(token()), ("Origin", "https://vfservices.localhost:8443"), method="POST")
    client = await warm(edge, data)
    edge.origins.replace(["https://other.test"])
    answer = await client.ask(data)
    assert (answer.status, b"cross_site_request" in answer.body) == (403, True)
    client.close()


async def test_a_repeat_is_not_answered_when_revocations_are_too_old(start_edge):
    edge = await start_edge(VF_REDIS_URL="redis://127.0.0.1:1", VF_REVOCATION_MAX_STALENESS="30")
    edge.gate.state.fresh_at = time.monotonic()
    client = await warm(edge)
    edge.gate.state.fresh_at = time.monotonic() - 31
    answer = await client.ask(GOOD)
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    edge.gate.state.fresh_at = time.monotonic()
    assert (await client.ask(GOOD)).status == 200
    client.close()


async def test_an_anonymous_repeat_goes_on_when_revocations_are_too_old(start_edge):
    edge = await start_edge(VF_REDIS_URL="redis://127.0.0.1:1")
    client = await warm(edge, head(rule=OPTIONAL))
    client.close()


async def test_another_path_of_the_same_request_is_a_repeat(edge):
    client = await warm(edge)
    assert (await client.ask(head(bearer(TOKEN), uri="/elsewhere"))).status == 200
    assert edge.server.repeats == 2
    client.close()


OTHERS = {
    "another audience": head(bearer(TOKEN), rule="audience=inventory"),
    "a role": head(bearer(TOKEN), rule="audience=billing&roles=customer"),
    "the token in another letter case": head(bearer(TOKEN.swapcase())),
    "another token": head(bearer(token(token_id="tok_2"))),
    "another method": head(bearer(TOKEN), method="POST"),
    "another host": head(bearer(TOKEN), host="other.localhost"),
    "a cookie instead": head(cookie(TOKEN)),
    "one more line": head(bearer(TOKEN), ("X", "y")),
    "another letter case": GOOD.replace(b"X-Forwarded-Method", b"x-forwarded-method"),
}


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS.keys())
async def test_a_request_is_decided_anew_with(edge, data):
    client = await warm(edge)
    await client.ask(data)
    assert edge.server.repeats == 1
    client.close()


DENIED = {
    "no credential": head(),
    "a bad token": head(bearer("a.b.c")),
    "a lack of roles": head(bearer(token()), rule="audience=billing&roles=nobody"),
    "a bad cookie that is anonymous": head(cookie("a.b.c"), rule=OPTIONAL),
}


@pytest.mark.parametrize("data", DENIED.values(), ids=DENIED.keys())
async def test_nothing_is_remembered_of(edge, data):
    client = await connect(edge.server.port)
    for _ in range(3):
        await client.ask(data)
    assert (edge.server.repeats, len(edge.verdicts.cache)) == (0, 0)
    client.close()


async def test_a_bound_assertion_is_made_for_each_request(start_edge):
    edge = await start_edge(VF_ASSERTION_BINDING="request")
    client = await connect(edge.server.port)
    for _ in range(2):
        assert (await client.ask(GOOD)).status == 200
    assert edge.server.repeats == 0
    client.close()


async def test_every_repeat_has_a_request_id_of_its_own(edge):
    client = await warm(edge)
    ids = {(await client.ask(GOOD)).headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20
    client.close()


async def test_the_cache_stays_within_its_bound(start_edge):
    edge = await start_edge(VF_CACHE_MIB="1")
    client = await connect(edge.server.port)
    for number in range(600):
        await client.ask(head(bearer(token()), ("X", f"{number}")))
    assert 0 < edge.verdicts.cache.size <= edge.verdicts.cache.max_bytes < 1_048_576
    client.close()


VALUES = st.binary(max_size=12).filter(lambda value: b"\r" not in value)
URIS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=12).map(str.encode)
ENOUGH = 50
"""Of a hundred examples: a property whose assertion is hardly ever reached proves nothing."""


def test_requests_of_one_key_differ_in_the_path_alone():
    reached = []

    @given(st.tuples(URIS, URIS), st.tuples(VALUES, VALUES) | VALUES.map(lambda value: (value, value)))
    def holds(uris, others):
        def data(uri: bytes, other: bytes) -> bytes:
            return b"GET / HTTP/1.1\r\nA: " + other + b"\r\nX-Forwarded-Uri: /" + uri + b"\r\nB: " + other + b"\r\n\r\n"

        keys = [plain_key(data(uri, other)) for uri, other in zip(uris, others, strict=True)]
        assert None not in keys
        assert (keys[0] == keys[1]) is (others[0] == others[1])
        reached.append(keys[0] == keys[1])

    holds()
    assert len(reached) >= ENOUGH
    assert {True, False} == set(reached)


TWO_URIS = [(b"/a", b"/b"), (b"/c", b"/b")]

FRAGMENTS = st.lists(
    st.sampled_from([b"\r\n", b"X-Forwarded-Uri: ", b"\r\nX-Forwarded-Uri: ", b"/", b"/a", b"b", b" ", b": ", b"A: "]),
    max_size=12,
).map(b"".join)


PIECES = FRAGMENTS.filter(lambda piece: b"X-Forwarded-Uri: " not in piece)


@st.composite
def heads(draw: st.DrawFn) -> bytes:
    """Mostly with a path that can be left out, behind and before anything."""
    uri = draw(st.sampled_from([b"/", b"/a", b"/b", b"/a/b", b"/c", b"b", b"/ b"]))
    return draw(FRAGMENTS) + b"\r\nX-Forwarded-Uri: " + uri + b"\r\n" + draw(PIECES)


def test_two_heads_of_one_key_have_the_same_bytes_before_and_after_the_last_path():
    def parts(data: bytes) -> tuple[bytes, bytes]:
        before, name, after = data.rpartition(b"\r\nX-Forwarded-Uri: ")
        return before + name, after[after.index(b"\r\n") :]

    reached = []

    def with_another_path(one: bytes) -> bytes:
        before, after = parts(one)
        return before + b"/other" + after

    @given(heads(), st.data())
    def holds(one, data):
        other = with_another_path(one) if data.draw(st.booleans()) else data.draw(heads())
        keys = plain_key(one), plain_key(other)
        if None not in keys:
            assert (keys[0] == keys[1]) is (parts(one) == parts(other))
            reached.append(keys[0] == keys[1])

    holds()
    assert len(reached) >= ENOUGH / 2
    assert {True, False} == set(reached)


def test_of_two_paths_the_last_one_is_left_out():
    first, last = (b"GET / HTTP/1.1\r\nX-Forwarded-Uri: %b\r\nX-Forwarded-Uri: %b\r\n\r\n" % uris for uris in TWO_URIS)
    assert plain_key(first) != plain_key(last)
    assert plain_key(first) == plain_key(first.replace(b"/b\r\n\r\n", b"/c\r\n\r\n"))


async def test_a_very_long_request_is_decided_each_time(edge):
    data = head(bearer(TOKEN), *((f"X-{number}", "y" * 4000) for number in range(5)))
    client = await connect(edge.server.port)
    for _ in range(3):
        assert (await client.ask(data)).status == 200
    assert (edge.server.repeats, len(edge.verdicts.cache)) == (0, 0)
    client.close()


async def test_of_the_repeats_one_in_a_second_is_logged(edge, log_lines):
    client = await warm(edge)
    for _ in range(20):
        await client.ask(GOOD)
    client.close()
    repeats = [line for line in log_lines if line.get("repeat")]
    assert 1 <= len(repeats) <= 3
    assert {(line["event"], line["user_id"], line["session"]) for line in repeats} == {("allowed", "usr_1", "ses_1")}
    assert repeats[0]["rule"] == RULE
    assert TOKEN not in str(log_lines)


async def test_a_logged_repeat_of_nobody_says_so(edge, log_lines):
    client = await warm(edge, head(rule=OPTIONAL))
    client.close()
    assert [line["event"] for line in log_lines if line.get("repeat")] == ["anonymous"]


@pytest.mark.parametrize("uri", [b"", b"x", b"/a b", b"/\xff", b"/a\tb", b"/a\nb", b"/" + b"a" * 5000, b" /a", b"/a "])
def test_a_path_that_is_odd_has_no_key(uri):
    assert plain_key(b"GET / HTTP/1.1\r\nX-Forwarded-Uri: " + uri + b"\r\n\r\n") is None
