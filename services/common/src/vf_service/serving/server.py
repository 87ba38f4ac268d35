"""waitress's server with limits that idle clients can't exhaust."""

import socket
import time
from typing import Any

from waitress.server import TcpWSGIServer, UnixWSGIServer  # type: ignore[import-untyped]

from .bounds import SMALL_BYTES, Bounds
from .channel import Channel

_CHECK_SECONDS = 1.0


class _Bounded:
    """Common methods of both kinds of listener."""

    channel_class = Channel
    stopping = False
    bounds: Bounds
    active_channels: dict[int, Channel]
    served = 0
    _next_check = 0.0

    def readable(self) -> bool:
        """Return True until the process stops: new connections are always accepted."""
        now = time.monotonic()
        if now >= self._next_check:
            self._next_check = now + _CHECK_SECONDS
            self.enforce(now)
        return not self.stopping

    def enforce(self, now: float) -> None:
        """Apply the limits to every connection."""
        for channel in list(self.active_channels.values()):
            channel.enforce(now, self.bounds)
        self.relieve()

    def handle_accept(self) -> None:
        """Accept one connection. At the limit, close the connection that was silent longest."""
        if len(self.active_channels) >= self.bounds.connections:
            waiting = [channel for channel in self.active_channels.values() if not channel.requests]
            if waiting:
                min(waiting, key=lambda channel: channel.active_at).handle_close()
        super().handle_accept()  # type: ignore[misc]

    def add_task(self, channel: Channel) -> None:
        """Pass a complete request to the threads."""
        self.served += 1
        super().add_task(channel)  # type: ignore[misc]

    def relieve(self) -> None:
        """Close the slowest large connections until the memory budget is met. Any thread may call this."""
        sizes = {channel: channel.held for channel in list(self.active_channels.values())}
        large = [channel for channel, size in sizes.items() if size > SMALL_BYTES and not channel.will_close]
        held = sum(sizes[channel] for channel in large)
        if held <= self.bounds.held_bytes:
            return
        now = time.monotonic()
        for channel in sorted(large, key=lambda channel: (channel.working, channel.pace(now))):
            channel.drop()
            held -= sizes[channel]
            if held <= self.bounds.held_bytes:
                return


class TcpServer(_Bounded, TcpWSGIServer):  # type: ignore[misc]
    """A listener on a host and port."""


class UnixServer(_Bounded, UnixWSGIServer):  # type: ignore[misc]
    """A listener on a Unix socket."""


def serve_on(
    listener: Any, application: Any, sockets: dict[int, Any], dispatcher: Any, adj: Any, bounds: Bounds
) -> Any:
    """Return a server on one of gunicorn's listening sockets, in the loop ``sockets``."""
    family = listener.family
    kind = UnixServer if family == socket.AF_UNIX else TcpServer
    server = kind(
        application,
        map=sockets,
        _start=True,
        _sock=listener,
        dispatcher=dispatcher,
        adj=adj,
        sockinfo=(family, listener.type, listener.proto, listener.getsockname()),
        bind_socket=False,
    )
    server.bounds = bounds
    return server
