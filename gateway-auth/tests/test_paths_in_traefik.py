"""What a path that Traefik changes does to the way back after sign-in (lint rule ``auth-path-changed``)."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest

from .builders import bearer, token
from .traefik_front import ask, seen, traefik

STRIP = {"strip": {"stripPrefix": {"prefixes": ["/app"]}}}
PAGE = b"GET /app/page/?x=1 HTTP/1.1\r\nHost: vfservices.localhost\r\nAccept: text/html\r\n%b\r\n"
FORGED = [
    b"",
    b"X-Forwarded-Prefix: /evil\r\n",
    b"X-Forwarded-Prefix: //evil.test\r\n",
    b"X_Forwarded_Prefix: /evil\r\n",
    b"X-Forwarded-Uri: /evil\r\n",
    b"X-Replaced-Path: /evil\r\n",
    b"X-Original-Uri: /evil\r\n",
    b"X-Envoy-Original-Path: /evil\r\n",
]


def next_of(headers: dict[str, str]) -> str:
    return parse_qs(urlsplit(headers["location"]).query)["next"][0]


@pytest.fixture
async def behind_traefik(edge, tmp_path):
    """Starts Traefik with these middlewares in this order."""
    fronts = []

    async def start(order: list[str]) -> int:
        fronts.append(traefik(tmp_path, edge.server.port, STRIP, order))
        return await fronts[-1].__aenter__()

    yield start
    for front in fronts:
        await front.__aexit__(None, None, None)


async def test_behind_forward_auth_a_prefix_is_removed_and_the_way_back_is_right(behind_traefik):
    port = await behind_traefik(["auth", "strip"])
    for forged in FORGED:
        status, headers, _ = await ask(port, PAGE % forged)
        assert (status, next_of(headers)) == (302, "/app/page/?x=1")
    credential = ": ".join(bearer(token())).encode() + b"\r\n"
    status, _, body = await ask(port, PAGE % credential)
    assert status == 200
    assert seen(body)["x-forwarded-prefix"] == ["/app"]


async def test_before_forward_auth_the_way_back_is_wrong_and_no_header_of_a_client_matters(behind_traefik):
    """Traefik removes the prefix from what it tells an auth server, so that nothing could put it right."""
    port = await behind_traefik(["strip", "auth"])
    for forged in FORGED:
        status, headers, _ = await ask(port, PAGE % forged)
        assert (status, next_of(headers)) == (302, "/page/?x=1")


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "M-SEARCH", "QUERY"])
async def test_an_uncommon_method_reaches_the_service(behind_traefik, method):
    port = await behind_traefik(["auth"])
    line = ": ".join(bearer(token())).encode() + b"\r\n"
    request = (PAGE % line).replace(b"GET", method.encode(), 1)
    status, _, body = await ask(port, request)
    assert status == 200
    assert f'"method": "{method}"'.encode() in body
    assert (await ask(port, request.replace(line, b"")))[0] == 401


async def test_trace_and_connect_do_not(behind_traefik):
    port = await behind_traefik(["auth"])
    line = ": ".join(bearer(token())).encode() + b"\r\n"
    for method in (b"TRACE", b"CONNECT"):
        async with asyncio.timeout(10):
            assert (await ask(port, (PAGE % line).replace(b"GET", method, 1)))[0] in (400, 404, 405, 501)
