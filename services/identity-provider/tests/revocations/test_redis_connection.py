"""The clients that ``VF_REDIS_URL`` makes."""

import ssl
import time
from pathlib import Path

import certifi
import pytest
from identity_provider.revocations.models import Revocation
from identity_provider.revocations.redis_connection import connect
from identity_provider.revocations.relay import Relay
from identity_provider.revocations.stream import EPOCH, STREAM, RevocationStream
from redis.connection import SSLConnection
from redis.sentinel import SentinelConnectionPool, SentinelManagedSSLConnection

from vf_runtime import parse_redis_address


def address(url):
    return parse_redis_address("VF_REDIS_URL", url)


ACL_FILE = Path(__file__).resolve().parents[4] / "redis" / "users.acl"


def test_redis_and_rediss_are_plain_and_encrypted():
    plain, encrypted = connect(address("redis://:secret@redis.test:6380/3")), connect(address("rediss://redis.test/0"))
    assert plain.connection_pool.connection_kwargs["port"] == 6380
    assert plain.connection_pool.connection_kwargs["db"] == 3
    assert encrypted.connection_pool.connection_class is SSLConnection


def test_sentinels_are_asked_for_the_primary():
    pool = connect(address("redis+sentinel://publisher:se%40cret@s1:26380,s2:26379/vf/2")).connection_pool
    assert isinstance(pool, SentinelConnectionPool)
    assert pool.service_name == "vf"
    sentinels = [sentinel.connection_pool.connection_kwargs for sentinel in pool.sentinel_manager.sentinels]
    assert [(sentinel["host"], sentinel["port"]) for sentinel in sentinels] == [("s1", 26380), ("s2", 26379)]
    wanted = {"username": "publisher", "password": "se@cret", "db": 2}
    assert {name: pool.connection_kwargs[name] for name in wanted} == wanted


def test_a_group_with_tls_is_verified_sentinels_and_primary():
    file = certifi.where()
    pool = connect(address(f"rediss+sentinel://:secret@s1:26380/vf?ssl_ca_certs={file}")).connection_pool
    assert pool.connection_class is SentinelManagedSSLConnection
    [sentinel] = [sentinel.connection_pool for sentinel in pool.sentinel_manager.sentinels]
    assert sentinel.connection_class is SSLConnection
    for made in (pool.make_connection(), sentinel.make_connection()):
        assert (made.cert_reqs, made.check_hostname, made.ca_certs) == (ssl.CERT_REQUIRED, True, file)


def test_everything_is_done_with_short_timeouts_and_without_retries():
    kwargs = connect(address("redis://redis.test/0")).connection_pool.connection_kwargs
    assert kwargs["socket_connect_timeout"] <= 1
    assert kwargs["socket_timeout"] <= 1
    assert kwargs["retry"].get_retries() == 0


@pytest.mark.django_db
def test_the_shipped_publisher_account_may_do_all_that_the_relay_does(valkey):
    [rules] = [line for line in ACL_FILE.read_text().splitlines() if line.startswith("user publisher ")]
    admin = connect(address(f"redis://127.0.0.1:{valkey.port}/0"))
    admin.execute_command("ACL", "SETUSER", *rules.replace("PUBLISHER_PASSWORD", "secret").split()[1:])
    stream = RevocationStream(connect(address(f"redis://publisher:secret@127.0.0.1:{valkey.port}/0")))
    Revocation.objects.create(kind="sid", subject="ses_a", expires_at=2**40)
    relay = Relay(stream)
    relay.round(now=time.time())
    relay.round(now=time.time())
    assert admin.get(EPOCH)
    assert admin.xlen(STREAM) == 1
