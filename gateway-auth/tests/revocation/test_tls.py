"""``rediss://``, ``rediss+sentinel://``: nothing is said to one whose certificate is not trusted or names another."""

import asyncio
import contextlib

import pytest

from .either_front import EitherFront
from .failover_group import Sentinel
from .following import until
from .redis_server import ADMIN, READER, RedisServer, shipped_users
from .tls_front import Authority, TlsFront


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "authority")


@pytest.fixture
def locked_server(redis_server):
    """With a revocation, an epoch and a password."""
    redis_server.publish("sid", "before")
    redis_server.set_epoch("one")
    redis_server.client.config_set("requirepass", "secret-word")
    redis_server.client.execute_command("AUTH", "secret-word")
    return redis_server


async def test_a_server_with_a_certificate_of_the_given_authority_is_followed(locked_server, authority, follow):
    async with TlsFront(locked_server.port, authority.vouch_for("localhost")) as front:
        follower = follow(f"rediss://:secret-word@localhost:{front.port}/0?ssl_ca_certs={authority.file}")
        await follower.knows("before")
        locked_server.publish("sid", "after")
        await follower.knows("after")
        await until(follower.is_fresh)


@pytest.mark.parametrize("wrong", ["an authority that is not known", "another authority", "another host name"])
async def test_a_server_is_refused_for(wrong, locked_server, authority, follow, tmp_path, log_lines):
    option = {
        "an authority that is not known": "",
        "another authority": f"?ssl_ca_certs={Authority(tmp_path / 'other').file}",
        "another host name": f"?ssl_ca_certs={authority.file}",
    }[wrong]
    host = "redis.example" if wrong == "another host name" else "localhost"
    async with TlsFront(locked_server.port, authority.vouch_for(host)) as front:
        follower = follow(f"rediss://:secret-word@localhost:{front.port}/0{option}")
        await until(lambda: bool(log_lines))
        await asyncio.sleep(0.3)
        assert front.served == 0
    assert follower.state.fresh_at is None
    assert len(follower.state) == 0
    assert {(line["event"], line["reason"]) for line in log_lines} == {
        ("revocations_unreachable", "SSLCertVerificationError")
    }
    assert "secret-word" not in str(log_lines)


async def test_a_server_without_tls_is_refused(locked_server, follow, log_lines):
    follower = follow(f"rediss://:secret-word@localhost:{locked_server.port}/0")
    await until(lambda: bool(log_lines))
    assert follower.state.fresh_at is None
    assert "secret-word" not in str(log_lines)


@pytest.fixture
async def locked_group(request, tmp_path, authority):
    """A sentinel and the server that it names, each with TLS; the server with a revocation and an epoch.

    The parameter is the host in the certificate of the server that is named.
    """
    (tmp_path / "users.acl").write_text(shipped_users())
    server = RedisServer(tmp_path / "server", "--aclfile", str(tmp_path / "users.acl"), user=ADMIN)
    of_named = authority.vouch_for(getattr(request, "param", "localhost"))
    with server:
        server.publish("sid", "before")
        server.set_epoch("one")
        async with EitherFront(server.port, of_named) as named:
            sentinel = Sentinel(tmp_path / "sentinel", named.port, "localhost")
            await asyncio.to_thread(sentinel.start)
            with contextlib.closing(sentinel.client):
                try:
                    async with TlsFront(sentinel.port, authority.vouch_for("localhost")) as asked:
                        yield asked, named, f"rediss+sentinel://{READER}@localhost:{asked.port}/vf"
                finally:
                    sentinel.kill()


async def test_a_group_with_certificates_of_the_given_authority_is_followed(locked_group, authority, follow):
    asked, named, url = locked_group
    follower = follow(f"{url}?ssl_ca_certs={authority.file}")
    await follower.knows("before")
    await until(follower.is_fresh)
    assert (asked.served, named.tls.served) == (1, 1)


async def test_a_sentinel_is_refused_for_an_authority_that_is_not_known(locked_group, follow, log_lines):
    asked, named, url = locked_group
    follower = follow(url)
    await until(lambda: bool(log_lines))
    await asyncio.sleep(0.3)
    assert (asked.served, named.tls.served) == (0, 0)
    assert follower.state.fresh_at is None


@pytest.mark.parametrize("locked_group", ["redis.example"], indirect=True)
async def test_a_server_that_a_sentinel_names_is_refused_for_another_host_name(locked_group, authority, follow):
    asked, named, url = locked_group
    follower = follow(f"{url}?ssl_ca_certs={authority.file}")
    await until(lambda: asked.served > 1)  # it asked, was sent there, and asks again
    assert named.tls.served == 0
    assert follower.state.fresh_at is None
