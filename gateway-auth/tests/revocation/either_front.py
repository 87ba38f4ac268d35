"""One port for both: TLS for clients, plain for a sentinel that watches the server behind it (ours speak no TLS)."""

import asyncio
import ssl
from contextlib import AsyncExitStack
from types import TracebackType

from .tls_front import TlsFront, pass_on

TLS_HANDSHAKE = b"\x16"
"""The first byte of a connection with TLS (RFC 8446 §5.1)."""


class EitherFront:
    """``tls.served`` counts the connections with TLS."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self._behind = port
        self.tls = TlsFront(port, context)
        self.port = 0

    async def __aenter__(self) -> "EitherFront":
        self._stack = AsyncExitStack()
        await self._stack.enter_async_context(self.tls)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._stack.aclose()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(1)
        behind = ("localhost", self.tls.port) if first == TLS_HANDSHAKE else ("127.0.0.1", self._behind)
        behind_reader, behind_writer = await asyncio.open_connection(*behind)
        behind_writer.write(first)
        await asyncio.gather(pass_on(reader, behind_writer), pass_on(behind_reader, writer))
