"""Key sets: fetched, kept, and never fetched at an attacker's bidding (hostile rows 22, 43, 44)."""

import asyncio
import json

import pytest

from gateway_auth.tokens import key_source
from gateway_auth.tokens.key_source import MAX_DOCUMENT_BYTES, FetchedKeys, FixedKeys
from vf_tokens import KeySet

from ..builders import bearer, connect, head, signing_key, token
from ..revocation.tls_front import Authority, TlsFront

OLD, NEW = signing_key(1), signing_key(2)
ES256 = ("ES256",)


class Source(FetchedKeys):
    """With a count of its changes."""

    def __init__(self, url: str, algorithms=ES256, refresh: float = 300.0) -> None:
        self.changes = 0
        super().__init__(url, algorithms, refresh_seconds=refresh, on_change=self._changed)

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
def source(key_server):
    key_server.publish(OLD)
    return Source(key_server.url)


@pytest.fixture
def no_cool_down(monkeypatch):
    monkeypatch.setattr(key_source, "COOL_DOWN_SECONDS", 0.0)


async def test_keys_are_learned_from_the_address(source):
    assert source.fetched_at is None
    assert await source.learn() is True
    assert source.keys.kids == (OLD.kid,)
    assert source.fetched_at is not None
    assert source.changes == 1


async def test_ten_thousand_unknown_keys_cause_one_fetch(source, key_server):
    key_server.delay = 0.05
    await asyncio.gather(*(source.learn() for _ in range(5000)))
    for _ in range(5000):
        await source.learn()
    assert key_server.fetches == 1


async def test_after_the_cool_down_one_more_fetch_is_made(source, key_server, monkeypatch):
    monkeypatch.setattr(key_source, "COOL_DOWN_SECONDS", 0.1)
    await source.learn()
    await asyncio.sleep(0.15)
    await asyncio.gather(*(source.learn() for _ in range(100)))
    assert key_server.fetches == 2


async def test_a_key_published_right_after_a_regular_fetch_is_learned_from_the_first_token(source, key_server):
    running = asyncio.create_task(source.run())
    await asyncio.sleep(0.1)
    assert key_server.fetches == 1
    key_server.publish(OLD, NEW)
    assert await source.learn() is True
    assert NEW.kid in source.keys.kids
    running.cancel()


async def test_a_set_that_did_not_change_is_no_change(source, no_cool_down):
    await source.learn()
    assert await source.learn() is False
    assert source.changes == 1


BROKEN = {
    "an error": {"status": 500},
    "not found": {"status": 404},
    "a redirect": {"status": 302},
    "not a key set": {"body": b"<html>"},
    "an empty set": {"body": b'{"keys":[]}'},
    "keys of another algorithm only": {
        "body": json.dumps({"keys": [{"kty": "oct", "k": "AAAA", "kid": "x"}]}).encode()
    },
    "a huge document": {"body": b" " * (MAX_DOCUMENT_BYTES + 1)},
    "an endless wait": {"delay": 60.0},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
async def test_the_last_good_set_stays_in_force_when_the_source_answers(
    source, key_server, change, no_cool_down, monkeypatch
):
    await source.learn()
    for name, value in change.items():
        setattr(key_server, name, value)
    if "delay" in change:
        monkeypatch.setattr(key_source, "FETCH_SECONDS", 0.3)
    assert await source.learn() is False
    assert source.keys.kids == (OLD.kid,)
    assert source.changes == 1


ENCRYPTING = {"keys": [{"kty": "EC", "crv": "P-384", "use": "enc", "x": "AA", "y": "AA"}, {"kty": "oct", "k": "AA"}]}
TWINS = {"keys": [OLD.public_jwk(), OLD.public_jwk()]}
FAILURES = {
    "an error": ({"status": 500}, "status", "answered 500"),
    "a page that is not there": ({"status": 404}, "status", "answered 404"),
    "a redirect": (
        {"status": 301, "location": "https://name:secret@moved.test/keys?secret"},
        "redirect",
        "redirects (301 to moved.test)",
    ),
    "a page for people": ({"body": b"<html>"}, "not_json", "not JSON"),
    "other JSON": ({"body": b'{"jwks_uri": "https://id.test/keys"}'}, "not_a_key_set", "not a JWK Set"),
    "an empty set": ({"body": b'{"keys":[]}'}, "no_usable_key", "none: it is empty"),
    "keys for something else": (
        {"body": json.dumps(ENCRYPTING).encode()},
        "no_usable_key",
        "2 (kty=EC crv=P-384 use=enc; kty=oct)",
    ),
    "one key twice": ({"body": json.dumps(TWINS).encode()}, "repeated_key_id", "share one key ID"),
    "a huge document": ({"body": b" " * (MAX_DOCUMENT_BYTES + 1)}, "too_long", "longer than 262144 bytes"),
    "an endless wait": ({"delay": 60.0}, "timeout", "did not answer within 0.3 s"),
}


@pytest.mark.parametrize(("change", "code", "words"), FAILURES.values(), ids=FAILURES.keys())
async def test_why_a_key_set_could_not_be_had_is_told_for(
    source, key_server, log_lines, monkeypatch, change, code, words
):
    for name, value in change.items():
        setattr(key_server, name, value)
    if "delay" in change:
        monkeypatch.setattr(key_source, "FETCH_SECONDS", 0.3)
    assert await source.learn() is False
    assert source.failure.code == code
    assert words in source.failure.words
    assert "secret" not in source.failure.words
    (line,) = [line for line in log_lines if line["event"] == "key_set_fetch_failed"]
    assert (line["code"], line["reason"]) == (code, source.failure.words)


async def test_after_a_success_no_failure_is_told(source, key_server, no_cool_down):
    key_server.status = 500
    await source.learn()
    key_server.status = 200
    await source.learn()
    assert source.failure is None


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("http://127.0.0.1:1/keys", "connection", "no connection to 127.0.0.1"),
        ("https://no-such-host.invalid/keys", "dns", "no-such-host.invalid could not be resolved"),
    ],
)
async def test_why_a_server_could_not_be_reached_is_told(url, code, words):
    source = Source(url)
    await source.learn()
    assert source.failure.code == code
    assert words in source.failure.words


async def test_a_certificate_that_nobody_knows_is_told(key_server, tmp_path):
    port = int(key_server.url.split(":")[2].split("/")[0])
    async with TlsFront(port, Authority(tmp_path / "ca").vouch_for("localhost")) as front:
        source = Source(f"https://localhost:{front.port}/keys")
        await source.learn()
    assert source.failure.code == "tls"
    assert "the TLS certificate of localhost is not valid" in source.failure.words
    assert "self-signed certificate" in source.failure.words or "local issuer" in source.failure.words


async def test_tls_with_a_server_that_has_none_is_told(key_server):
    source = Source(key_server.url.replace("http://", "https://"))
    await source.learn()
    assert source.failure.code == "tls"
    assert "is it an http:// URL?" in source.failure.words


async def test_a_server_that_does_not_speak_http_is_told():
    async def hang_up(reader, writer):
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    source = Source(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/keys")
    await source.learn()
    assert source.failure.code == "broken_answer"
    server.close()


async def test_a_redirect_is_not_followed_though_keys_are_where_it_leads(source, key_server):
    key_server.status, key_server.location = 302, "/moved"
    assert await source.learn() is False
    assert (len(source.keys), key_server.fetches) == (0, 1)


async def test_a_source_that_is_not_there_is_no_error(monkeypatch):
    source = Source("http://127.0.0.1:1/jwks.json")
    assert await source.learn() is False
    assert len(source.keys) == 0


async def test_a_missing_first_set_is_fetched_again_quickly(key_server, monkeypatch):
    monkeypatch.setattr(key_source, "RETRY_SECONDS", 0.05)
    key_server.status = 503
    source = Source(key_server.url)
    running = asyncio.create_task(source.run())
    await asyncio.sleep(0.2)
    assert source.fetched_at is None
    key_server.status = 200
    key_server.publish(OLD)
    await asyncio.sleep(0.2)
    assert source.keys.kids == (OLD.kid,)
    running.cancel()


async def test_the_set_is_refreshed_in_time(key_server):
    key_server.publish(OLD)
    source = Source(key_server.url, refresh=0.05)
    running = asyncio.create_task(source.run())
    await asyncio.sleep(0.1)
    key_server.publish(OLD, NEW)
    await asyncio.sleep(0.2)
    assert set(source.keys.kids) == {OLD.kid, NEW.kid}
    running.cancel()


async def test_a_request_that_is_given_up_does_not_spoil_the_fetch_for_others(source, key_server):
    key_server.delay = 0.1
    first, second = asyncio.create_task(source.learn()), asyncio.create_task(source.learn())
    await asyncio.sleep(0.02)
    first.cancel()
    assert await second is True


async def test_fixed_keys_have_nothing_new():
    source = FixedKeys(KeySet([OLD.verification_key()]))
    await source.run()
    assert await source.learn() is False


async def test_a_rotation_with_two_keys_refuses_nobody(start_edge, key_server, no_cool_down):
    """New published, new signs, old withdrawn: at each step every token that is alive is allowed."""
    edge = await start_edge(VF_JWT_SECRET="", VF_JWKS_URL=key_server.url)
    client = await connect(edge.server.port)

    async def statuses(*keys) -> list[int]:
        return [(await client.ask(head(bearer(token(key=key))))).status for key in keys]

    key_server.publish(OLD)
    assert await statuses(OLD) == [200]
    key_server.publish(OLD, NEW)
    assert await statuses(OLD, NEW, OLD, NEW) == [200] * 4
    key_server.publish(NEW)
    await edge.verifier.issuers["https://vfservices.localhost"].source.learn()
    assert await statuses(NEW, OLD) == [200, 401]
    client.close()


async def test_unknown_keys_in_a_flood_leave_good_users_unaffected(start_edge, key_server):
    edge = await start_edge(VF_JWT_SECRET="", VF_JWKS_URL=key_server.url)
    key_server.publish(OLD)
    client, attacker = await connect(edge.server.port), await connect(edge.server.port)
    good = head(bearer(token(key=OLD)))
    assert (await client.ask(good)).status == 200
    for number in range(200):
        made_up = OLD.sign({"typ": "at+jwt"}, {"iss": "https://vfservices.localhost"}).split(".")
        made_up[0] = _header(f"kid-{number}")
        assert (await attacker.ask(head(bearer(".".join(made_up))))).status == 401
        if number % 20 == 0:
            assert (await client.ask(good)).status == 200
    assert key_server.fetches <= 2
    client.close()
    attacker.close()


def _header(kid: str) -> str:
    from vf_tokens.compact import encode_segment

    return encode_segment(json.dumps({"typ": "at+jwt", "alg": "ES256", "kid": kid}).encode()).decode()
