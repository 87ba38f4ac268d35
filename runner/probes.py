"""Readiness probes. Each sends the request that shows whether other processes can use this one."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from .settings import LOOPBACK

Probe = Callable[[], Awaitable[str | None]]
"""A function that returns None when the process is ready, else what it found. It never raises: any error means
"not yet".
"""

_SECONDS = 2.0


def http_ready(port: int, path: str) -> Probe:
    """Probe ``GET path`` for a 200."""

    async def probe() -> str | None:
        status, _ = await _get(port, path)
        return None if status == 200 else _found(port, path, status)

    return probe


def redis_ready(port: int, user: str, password: str) -> Probe:
    """Probe the server with ``user`` and a ping (it rejects both while it loads its file)."""

    async def probe() -> str | None:
        question = f"AUTH {user} {password}\r\nPING\r\n".encode()
        answer = await _exchange(port, question, lambda answer: answer.count(b"\r\n") >= 2)
        if answer == b"+OK\r\n+PONG\r\n":
            return None
        return f"PING on port {port} {'failed' if answer else 'got no response'}"

    return probe


def routers_ready(port: int) -> Probe:
    """Probe Traefik until every router is enabled, which needs the middlewares of gateway-auth."""

    path = "/api/http/routers?per_page=1000"

    async def probe() -> str | None:
        status, body = await _get(port, path)
        if status != 200:
            return _found(port, path, status)
        try:
            routers = json.loads(body)
        except ValueError:
            return f"GET http://{LOOPBACK}:{port}{path} did not return JSON"
        if not any(router.get("provider") == "file" for router in routers):
            return "Traefik has no routers from files"
        disabled = [str(router.get("name")) for router in routers if router["status"] != "enabled"]
        return f"Traefik has not enabled these routers: {', '.join(disabled)}" if disabled else None

    return probe


def _found(port: int, path: str, status: int) -> str:
    result = f"returned {status}" if status else "got no response"
    return f"GET http://{LOOPBACK}:{port}{path} {result}"


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
