"""Readiness probes. Each sends the request that shows whether other processes can use this one."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from .settings import LOOPBACK

Probe = Callable[[], Awaitable[bool]]
"""A function that returns True when ready. It never raises: any error means "not yet"."""

_SECONDS = 2.0


def http_ready(port: int, path: str) -> Probe:
    """Probe ``GET path`` for a 200."""

    async def probe() -> bool:
        status, _ = await _get(port, path)
        return status == 200

    return probe


def redis_ready(port: int, user: str, password: str) -> Probe:
    """Probe the server with ``user`` and a ping (it rejects both while it loads its file)."""

    async def probe() -> bool:
        question = f"AUTH {user} {password}\r\nPING\r\n".encode()
        return (await _exchange(port, question, lambda answer: answer.count(b"\r\n") >= 2)) == b"+OK\r\n+PONG\r\n"

    return probe


def routers_ready(port: int) -> Probe:
    """Probe Traefik until every router is enabled, which needs the middlewares of gateway-auth."""

    async def probe() -> bool:
        status, body = await _get(port, "/api/http/routers?per_page=1000")
        if status != 200:
            return False
        try:
            routers = json.loads(body)
        except ValueError:
            return False
        from_files = [router for router in routers if router.get("provider") == "file"]
        return bool(from_files) and all(router["status"] == "enabled" for router in routers)

    return probe


async def _get(port: int, path: str) -> tuple[int, bytes]:
    question = f"GET {path} HTTP/1.0\r\nHost: {LOOPBACK}\r\nAccept: application/json\r\n\r\n".encode()
    head, _, body = (await _exchange(port, question)).partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    return (int(words[1]) if len(words) > 1 and words[1].isdigit() else 0), body


async def _exchange(port: int, question: bytes, complete: Callable[[bytes], bool] = lambda _: False) -> bytes:
    """Return the response up to the end, or until it is ``complete``; empty on failure."""
    answer = b""
    try:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(question)
                while not complete(answer) and (part := await reader.read(65536)):
                    answer += part
            finally:
                writer.close()
    except (OSError, TimeoutError):
        pass
    return answer
