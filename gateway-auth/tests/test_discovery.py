"""Origins follow the routers that the proxy serves, and survive its silence."""

import asyncio
import json

import pytest

from gateway_auth import origins as discovery
from gateway_auth.origins import AllowedOrigins, allowed_origins, follow_routers

from .builders import settings

BASE = "vfservices.localhost"


@pytest.fixture
async def follow(key_server, monkeypatch):
    """Follows a real server that answers every path with ``key_server.body``."""
    monkeypatch.setattr(discovery, "FIRST_POLL_SECONDS", 0.02)
    monkeypatch.setattr(discovery, "POLL_SECONDS", 0.02)
    api = key_server.url.removesuffix("/jwks.json")
    origins = AllowedOrigins([], lambda: None)
    task = asyncio.create_task(follow_routers(origins, settings(VF_TRAEFIK_API_URL=api)))
    yield origins, task
    task.cancel()


def routers(*hosts: str) -> bytes:
    return json.dumps([{"status": "enabled", "rule": f"Host(`{host}`)"} for host in hosts]).encode()


async def test_new_hosts_are_found_and_old_ones_forgotten(follow, key_server):
    origins, _ = follow
    key_server.body = routers(f"billing.{BASE}", "evil.test")
    await asyncio.sleep(0.2)
    assert f"https://billing.{BASE}:8443" in origins.current
    assert not any("evil" in origin for origin in origins.current)
    key_server.body = routers()
    await asyncio.sleep(0.2)
    assert f"https://billing.{BASE}:8443" not in origins.current
    assert f"https://{BASE}:8443" in origins.current


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b"5", b"{}", b'["a"]', b"[null]", b'{"a": 1}', b"\xff\xfe", b"[" * 100_000],
    ids=repr,
)
async def test_the_last_known_hosts_stay_when_the_answer_is(follow, key_server, body):
    origins, task = follow
    key_server.body = routers(f"billing.{BASE}")
    await asyncio.sleep(0.2)
    key_server.body = body
    await asyncio.sleep(0.2)
    assert not task.done()
    if body != b"{}":
        assert f"https://billing.{BASE}:8443" in origins.current


async def test_without_an_api_there_is_nothing_to_follow():
    await follow_routers(AllowedOrigins([], lambda: None), settings(VF_TRAEFIK_API_URL=""))


def test_extra_origins_are_always_allowed():
    read = settings(VF_CORS_EXTRA_ORIGINS="https://app.example, https://other.example")
    assert {"https://app.example", "https://other.example", f"https://website.{BASE}:8443"} <= allowed_origins(
        set(), read
    )
