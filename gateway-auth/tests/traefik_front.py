"""A real Traefik in front of a gateway of the test, with one service that says what reached it."""

import asyncio
import contextlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

HOST = "vfservices.localhost"
START_SECONDS = 20.0


def free_port() -> int:
    """Below the range of outgoing connections: nobody takes it before its server does."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.asynccontextmanager
async def echo_service() -> AsyncIterator[int]:
    """Answers with its request line and every header line as JSON; gives its port."""

    async def echo(request: web.BaseRequest) -> web.Response:
        lines = [(name.decode().lower(), value.decode()) for name, value in request.raw_headers]
        return web.json_response({"method": request.method, "target": request.raw_path, "headers": lines})

    runner = web.ServerRunner(web.Server(echo), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@contextlib.asynccontextmanager
async def running(command: list[str], port: int, log: Path) -> AsyncIterator[None]:
    """Runs a server until the end of the block, which begins when it serves ``port``."""
    process = _started(command, log)
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await _listens(port):
                assert process.poll() is None, _text(log)
                await asyncio.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def _started(command: list[str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as output:
        return subprocess.Popen(command, stdout=output, stderr=output)


def _text(log: Path) -> str:
    return log.read_text()


async def _listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return False


@contextlib.asynccontextmanager
async def traefik(folder: Path, gateway: int, middlewares: dict[str, Any], order: list[str]) -> AsyncIterator[int]:
    """Traefik with one router ``/app/`` whose middlewares are ``order``; ``auth`` asks the gateway. Gives its port."""
    binary = shutil.which("traefik", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if binary is None:
        pytest.skip("no traefik on this machine")
    port = free_port()
    auth = {
        "address": f"http://127.0.0.1:{gateway}/verify?audience=orders&mode=required&login=auto",
        "authResponseHeadersRegex": "(?i)^X[^a-z0-9]User[^a-z0-9]",
        "trustForwardHeader": False,
        "maxResponseBodySize": 65536,
        "preserveLocationHeader": True,
    }
    async with echo_service() as service:
        dynamic = {
            "routers": {"app": {"rule": "PathPrefix(`/app/`)", "middlewares": order, "service": "echo"}},
            "middlewares": {"auth": {"forwardAuth": auth}, **middlewares},
            "services": {"echo": {"loadBalancer": {"servers": [{"url": f"http://127.0.0.1:{service}"}]}}},
        }
        static = {
            "entryPoints": {"web": {"address": f"127.0.0.1:{port}"}},
            "providers": {"file": {"filename": str(folder / "dynamic.yml")}},
            "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
        }
        _write(folder / "dynamic.yml", {"http": dynamic})
        _write(folder / "static.yml", static)
        async with running([binary, f"--configFile={folder / 'static.yml'}"], port, folder / "traefik.log"):
            await _routed(port)
            yield port


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(document))


async def _routed(port: int) -> None:
    async with asyncio.timeout(START_SECONDS):
        while (await ask(port, b"GET /app/ready HTTP/1.1\r\nHost: x\r\n\r\n"))[0] == 404:  # noqa: ASYNC110  nothing tells it
            await asyncio.sleep(0.05)


async def ask(port: int, data: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by lower-case name, and body of one answer to ``data``."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        async with asyncio.timeout(10):
            head = await reader.readuntil(b"\r\n\r\n")
            status, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            if headers.get("transfer-encoding") == "chunked":
                body = b""
                while size := int(await reader.readline(), 16):
                    body += await reader.readexactly(size)
                    await reader.readline()
            else:
                body = await reader.readexactly(int(headers.get("content-length", "0")))
    finally:
        writer.close()
    return int(status.split(" ")[1]), headers, body


def seen(body: bytes) -> dict[str, list[str]]:
    """What the echo service got, by header name."""
    found: dict[str, list[str]] = {}
    for name, value in json.loads(body)["headers"]:
        found.setdefault(name, []).append(value)
    return found
