"""gunicorn's worker class: gunicorn manages processes and signals, waitress manages connections.

gunicorn's own gthread occupies a thread for each connection whose request has started: eight idle uploads block eight
threads. Here, one loop reads requests and writes responses, and threads only run the application.
"""

import logging
import os
import resource
import time
from dataclasses import replace
from typing import Any

from gunicorn.workers.base import Worker  # type: ignore[import-untyped]
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.adjustments import Adjustments  # type: ignore[import-untyped]
from waitress.task import ThreadedTaskDispatcher  # type: ignore[import-untyped]

from vf_runtime import Environment

from .bounds import Bounds
from .server import serve_on

_TURN_SECONDS = 1.0
_OTHER_FILES = 256
"""File descriptors for database connections, logs and the application's files."""

_LINGER_SECONDS = 2.0
"""Seconds for which a stopping worker accepts requests on open connections: one may be on its way."""


class BufferingWorker(Worker):  # type: ignore[misc]
    """Reads complete requests before a thread sees them, and takes complete responses from it."""

    alive: bool

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Reject settings that this worker doesn't support. Raises :class:`SystemExit`."""
        if cfg.is_ssl:
            log.error("error: this worker does not serve TLS: put Traefik or another proxy in front")
            raise SystemExit(1)

    def run(self) -> None:
        """Serve until the master process stops the worker."""
        bounds = Bounds.from_environment(Environment())
        connections = _affordable(bounds.connections)
        bounds = replace(bounds, connections=connections, keep_alive_seconds=self.cfg.keepalive)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._sockets: dict[int, Any] = {}
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(self.cfg.threads)
        adj = _adjustments(bounds, self.cfg)
        self._servers = [
            serve_on(listener.sock, self.wsgi, self._sockets, self._dispatcher, adj, bounds)
            for listener in self.sockets
        ]
        try:
            while self.alive and self.ppid == os.getppid():
                self._turn(_TURN_SECONDS)
                if sum(server.served for server in self._servers) >= self.max_requests:
                    self.alive = False
            self._stop()
        finally:
            self._dispatcher.shutdown(timeout=1)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Handle SIGTERM: stop, and wake the loop."""
        super().handle_exit(sig, frame)
        for server in getattr(self, "_servers", ()):
            server.pull_trigger()

    def _turn(self, seconds: float) -> None:
        self.notify()
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._sockets, count=1)

    def _stop(self) -> None:
        """Accept no new connections, finish the running requests, then close."""
        began = time.monotonic()
        for server in self._servers:
            server.stopping = True
            # Not closed: the socket belongs to the master.
            server.del_channel()
        while (passed := time.monotonic() - began) < self.cfg.graceful_timeout:
            channels = [channel for server in self._servers for channel in list(server.active_channels.values())]
            begun = any(channel.busy or channel.receiving for channel in channels)
            if not begun and (not channels or passed > _LINGER_SECONDS):
                break
            for server in self._servers:
                server.enforce(time.monotonic())
            self._turn(0.1)


def _adjustments(bounds: Bounds, cfg: Any) -> Any:
    return Adjustments(
        threads=cfg.threads,
        backlog=cfg.backlog,
        # Django reads X-Forwarded-*, which the edge sets; waitress would delete them.
        clear_untrusted_proxy_headers=False,
        ident="",
        server_name="localhost",
        asyncore_use_poll=True,
        recv_bytes=65_536,
        max_request_header_size=bounds.head_bytes,
        max_request_body_size=bounds.body_bytes,
        # In memory, within the budget: a container's /tmp is small and shared.
        inbuf_overflow=bounds.body_bytes + 1,
        outbuf_overflow=bounds.held_bytes,
        outbuf_high_watermark=bounds.held_bytes,
        connection_limit=bounds.connections,
        channel_timeout=bounds.keep_alive_seconds,
    )


def _affordable(connections: int) -> int:
    """Return this number of connections, or fewer if the process may not open enough files. Raise its
    soft limit first.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return connections
    wanted = connections + _OTHER_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(connections, max(soft - _OTHER_FILES, soft // 2))
