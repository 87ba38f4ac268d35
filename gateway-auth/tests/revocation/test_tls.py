"""``rediss://``: nothing is said to a server whose certificate is not trusted or names another host."""

import asyncio

import pytest

from .following import until
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
