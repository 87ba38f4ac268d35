"""A real HTTP server with a key set that a test changes, breaks and counts."""

import asyncio
import json
from types import TracebackType

from aiohttp import web

from vf_tokens import SigningKey, key_set_document


class KeyServer:
    """Answers every path with ``body``, a key set unless a test says otherwise; ``fetches`` counts what was asked.

    ``/moved`` is always answered with 200: a redirect could lead there.
    """

    def __init__(self) -> None:
        self.body = b'{"keys":[]}'
        self.status = 200
        self.delay = 0.0
        self.location = "http://127.0.0.1:1/"
        self.fetches = 0
        self.url = ""

    def publish(self, *keys: SigningKey) -> None:
        self.body = json.dumps(key_set_document(keys)).encode()

    async def __aenter__(self) -> "KeyServer":
        app = web.Application()
        app.router.add_get("/{any:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/jwks.json"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.fetches += 1
        await asyncio.sleep(self.delay)
        headers = {"Location": self.location, "Content-Type": "application/json"}
        status = 200 if request.path == "/moved" else self.status
        return web.Response(body=self.body, status=status, headers=headers)
