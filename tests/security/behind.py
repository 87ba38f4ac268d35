"""The shipped Traefik configuration with an echo server in place of each service, which records what a service would
see.
"""

import contextlib
import os
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from runner import Ports, Settings, binaries
from runner.traefik_config import local_static_configuration
from tests.security.attack.wire import Endpoint, exchange

PARTS = ("IDENTITY", "BILLING", "INVENTORY", "WEBSITE")

LATE, LATE_SECONDS = "service-is-late", 2.5
"""In a request's target: the service responds after this many seconds, and sends the second half as much later."""

GONE = "service-is-gone"
"""In a request's target: the service closes the connection without a response."""


@dataclass(frozen=True)
class Seen:
    """A request as it arrived at a service."""

    part: str
    head: bytes

    @property
    def target(self) -> str:
        return self.head.split(b" ", 2)[1].decode("latin-1")

    def every(self, name: str) -> list[str]:
        """Return all values of a header, in any letter case."""
        lines = (line.partition(b":") for line in self.head.split(b"\r\n")[1:])
        return [value.strip().decode("latin-1") for key, _, value in lines if key.lower() == name.lower().encode()]

    def names(self) -> list[str]:
        return [line.partition(b":")[0].decode("latin-1") for line in self.head.strip().split(b"\r\n")[1:]]


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, ValueError):
            while head := self._read_head():
                seen = Seen(self.server.part, head)
                length = next(iter(seen.every("Content-Length")), "0")
                self.rfile.read(int(length))
                if GONE in seen.target:
                    return
                self.server.seen.append(seen)
                body = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-Part: %b\r\n\r\n%b"
                answer = body % (len(head), self.server.part.encode(), head)
                if LATE in seen.target:
                    time.sleep(LATE_SECONDS)
                    self.wfile.write(answer[:-10])
                    time.sleep(LATE_SECONDS)
                    answer = answer[-10:]
                self.wfile.write(answer)

    def _read_head(self) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return b""
            head += line
        return head


class _Echo(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, part: str, seen: list[Seen], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.part, self.seen = part, seen
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class EchoEdge:
    """A separate Traefik next to the platform's; ``seen`` contains the requests that came through."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        free = Ports.free()
        ports = replace(settings.ports, http=free.http, https=free.https, traefik_internal=free.traefik_internal)
        self.settings = replace(settings, ports=ports)
        self.endpoint = Endpoint("127.0.0.1", ports.http)
        self.seen: list[Seen] = []
        self._folder = folder
        self._echoes = {part: _Echo(part, self.seen) for part in PARTS}

    def __enter__(self) -> Self:
        configuration = self._folder / "traefik.yml"
        configuration.write_text(local_static_configuration(self.settings))
        self._log = (self._folder / "traefik.log").open("wb")
        self._traefik = subprocess.Popen(
            [str(binaries.traefik()), f"--configfile={configuration}"],
            env=self._environment(), stdout=self._log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._await()
        return self

    def __exit__(self, *_: Any) -> None:
        self._traefik.terminate()
        self._traefik.wait(10)
        self._log.close()
        for echo in self._echoes.values():
            echo.shutdown()
            echo.server_close()

    @contextlib.contextmanager
    def without(self, part: str) -> Iterator[None]:
        """Stop the echo server of a service."""
        port = self._echoes[part].server_address[1]
        self._echoes[part].shutdown()
        self._echoes[part].server_close()
        try:
            yield
        finally:
            self._echoes[part] = _Echo(part, self.seen, port)

    def log_until(self, word: str) -> str:
        """Return Traefik's log as soon as it contains ``word``."""
        deadline = time.monotonic() + 15
        path = self._folder / "traefik.log"
        while word not in path.read_text(errors="replace") and time.monotonic() < deadline:
            time.sleep(0.05)
        return path.read_text(errors="replace")

    def _environment(self) -> dict[str, str]:
        ports = self.settings.ports
        return {
            "PATH": os.environ["PATH"],
            "VF_ENV": "development",
            "BASE_DOMAIN": self.settings.base_domain,
            "VF_GATEWAY_URL": self.settings.url(ports.gateway),
            "VF_GATEWAY_INTERNAL_URL": self.settings.url(ports.gateway_internal),
            "VF_TRAEFIK_INTERNAL_URL": self.settings.url(ports.traefik_internal),
            **{f"VF_{part}_URL": echo.url for part, echo in self._echoes.items()},
        }

    def _await(self) -> None:
        """Wait until the routes and the `cors` middleware are loaded."""
        request = f"GET /static/ready HTTP/1.1\r\nHost: {self.settings.base_domain}\r\n\r\n".encode()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if exchange(self.endpoint, request, seconds=2).status == 200:
                    self.seen.clear()
                    return
            time.sleep(0.1)
        raise TimeoutError(f"Traefik in {self._folder} is not ready")
