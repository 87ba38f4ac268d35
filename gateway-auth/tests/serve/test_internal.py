"""The internal side says what is missing, counts, and publishes keys and origins (hostile rows 40, 45)."""

import time

import pytest

from gateway_auth.serve import metrics
from gateway_auth.serve.internal import internal_app
from gateway_auth.serve.worker import set_gauges
from vf_edge.revocations import Revocation

from ..builders import bearer, connect, head, signing_key, token


@pytest.fixture
def internal(aiohttp_client):
    """A client of the internal listener of an edge."""

    async def client(edge):
        return await aiohttp_client(internal_app(edge))

    return client


async def readiness(client) -> tuple[int, list[str]]:
    answer = await client.get("/readyz")
    return answer.status, (await answer.json())["missing"]


async def test_it_lives(edge, internal):
    assert (await (await internal(edge)).get("/healthz")).status == 200


async def test_it_is_ready_when_nothing_is_missing(edge, internal):
    assert await readiness(await internal(edge)) == (200, [])


async def test_it_names_a_key_set_that_never_came(start_edge, internal):
    edge = await start_edge(VF_JWT_SECRET="", VF_JWKS_URL="http://127.0.0.1:1/")
    assert await readiness(await internal(edge)) == (503, ["key set of https://vfservices.localhost: never fetched"])


FOREIGN = '[[issuer]]\nissuer = "https://partner.test"\naudience = "x"\njwks_url = "http://127.0.0.1:1/"\n'
PARTNER = "key set of https://partner.test: never fetched"


async def test_a_partners_key_set_that_never_came_is_named_and_others_are_served(start_edge, internal, tmp_path):
    (tmp_path / "issuers.toml").write_text(FOREIGN)
    edge = await start_edge(VF_ISSUERS_FILE=str(tmp_path / "issuers.toml"))
    assert await readiness(await internal(edge)) == (200, [PARTNER])


async def test_without_an_issuer_of_our_own_one_key_set_must_have_come(start_edge, internal, tmp_path):
    (tmp_path / "issuers.toml").write_text(FOREIGN)
    edge = await start_edge(VF_ISSUERS_FILE=str(tmp_path / "issuers.toml"), VF_JWT_ISSUER="off", VF_JWT_SECRET="")
    assert await readiness(await internal(edge)) == (503, [PARTNER])


async def test_it_names_revocations_that_were_never_read_or_are_too_old(start_edge, internal):
    edge = await start_edge(VF_REDIS_URL="redis://127.0.0.1:1")
    client = await internal(edge)
    assert await readiness(client) == (503, ["revocations: never read"])
    edge.gate.state.fresh_at = time.monotonic() - 100
    assert await readiness(client) == (503, ["revocations: last complete 100 s ago"])
    edge.gate.state.fresh_at = time.monotonic()
    assert await readiness(client) == (200, [])


async def test_it_names_a_listener_that_is_closed(start_edge, internal):
    edge = await start_edge()
    client = await internal(edge)
    await edge.server.stop(0.1)
    assert await readiness(client) == (503, ["listener: not open"])


async def test_the_open_policy_is_ready_without_revocations(start_edge, internal):
    edge = await start_edge(VF_REDIS_URL="redis://127.0.0.1:1", VF_REVOCATION_POLICY="open")
    assert await readiness(await internal(edge)) == (200, [])


METRICS = [
    'vf_edge_decisions_total{code="",outcome="allowed"}',
    'vf_edge_decisions_total{code="token_invalid",outcome="denied"}',
    "vf_edge_repeats_total",
    "vf_edge_decision_seconds_bucket",
    "vf_edge_revocation_lag_seconds_count",
    "vf_edge_revocations",
    "vf_edge_revocation_staleness_seconds",
    "vf_edge_cache_bytes",
    "vf_edge_cache_entries",
    "vf_edge_key_set_age_seconds",
]


async def test_every_metric_is_there_and_none_holds_anything_of_a_request(edge, internal, monkeypatch):
    import asyncio

    from gateway_auth.serve import worker

    monkeypatch.setattr(worker, "HOUSEKEEPING_SECONDS", 0.02)
    keeping = asyncio.create_task(worker.keep_current(edge))
    edge.gate.state.add(Revocation("sid", "ses_secret", 0, 10**10))
    client = await connect(edge.server.port)
    for data in (head(bearer(token())), head(bearer(token())), head(bearer("s.e.cret"), uri="/secret")):
        await client.ask(data)
    await asyncio.sleep(0.1)
    text = await (await (await internal(edge)).get("/metrics")).text()
    keeping.cancel()
    client.close()
    assert [name for name in METRICS if f"\n{name}" not in text] == []
    assert not any(word in text for word in ("secret", "usr_1", "alice"))


async def test_the_public_halves_of_the_assertion_keys_are_published(edge, internal):
    answer = await (await internal(edge)).get("/.well-known/jwks.json")
    assert answer.content_type == "application/jwk-set+json"
    assert await answer.json() == {"keys": [signing_key().public_jwk()]}


async def test_traefik_reads_the_current_origins(edge, internal):
    edge.origins.replace(["https://a.test"])
    document = await (await (await internal(edge)).get("/traefik/dynamic")).json()
    assert document["http"]["middlewares"]["cors"]["headers"]["accessControlAllowOriginList"] == ["https://a.test"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/.well-known/jwks.json", "/traefik/dynamic"])
async def test_the_side_that_the_proxy_asks_does_not_serve(edge, path):
    client = await connect(edge.server.port)
    assert (await client.ask(f"GET {path} HTTP/1.1\r\nHost: gateway\r\n\r\n".encode())).status == 400
    client.close()


async def staleness(client) -> str:
    lines = (await (await client.get("/metrics")).text()).splitlines()
    return next(line.split()[1] for line in lines if line.startswith("vf_edge_revocation_staleness_seconds"))


async def test_the_view_is_infinitely_old_until_it_was_read_and_never_old_without_revocations(start_edge, internal):
    metrics.STALENESS.set(0)
    without = await start_edge(VF_REDIS_URL="off")
    set_gauges(without)
    assert await staleness(await internal(without)) == "0.0"
    unread = await start_edge(VF_REDIS_URL="redis://127.0.0.1:1")
    set_gauges(unread)
    assert await staleness(await internal(unread)) == "+Inf"
