"""Where Redis is, read strictly, the password never shown."""

from contextlib import suppress

import certifi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_runtime import RedisAddress, SettingError, parse_redis_address


def parse(value: str) -> RedisAddress:
    return parse_redis_address("VF_REDIS_URL", value)


@pytest.mark.parametrize(
    "url",
    ["redis://127.0.0.1:6379", "redis://localhost", "rediss://u:p%40ss@redis.example:6380/2", "redis://[::1]:6379/0"],
)
def test_a_single_server_is_kept_as_it_is_written(url):
    assert parse(url) == RedisAddress(url=url)


def test_sentinels_are_taken_apart():
    address = parse("redis+sentinel://reader:p%40s%2Fs@s1:26379,s2:26380/vf/3")
    assert address == RedisAddress(
        url="",
        sentinels=(("s1", 26379), ("s2", 26380)),
        service="vf",
        username="reader",
        password="p@s/s",
        database=3,
    )


def test_sentinels_may_do_without_credentials_and_database():
    address = parse("redis+sentinel://s1:26379/vf")
    assert (address.username, address.password, address.database) == (None, None, 0)


def test_sentinels_may_be_spoken_to_with_tls():
    address = parse("rediss+sentinel://reader:secret@s1:26379/vf")
    assert (address.tls_options(), address.service) == ({"ssl": True, "ssl_ca_certs": None}, "vf")
    assert parse("redis+sentinel://reader:secret@s1:26379/vf").tls_options() == {}


def test_sentinels_with_tls_may_be_trusted_through_an_authority_of_ones_own():
    file = certifi.where()
    address = parse(f"rediss+sentinel://s1:26379/vf/2?ssl_ca_certs={file}")
    assert (address.tls_options()["ssl_ca_certs"], address.database) == (file, 2)


def test_a_sentinel_may_have_an_address_in_square_brackets():
    assert parse("redis+sentinel://[::1]:26379/vf").sentinels == (("::1", 26379),)


REFUSED = [
    "",
    "127.0.0.1:6379",
    "http://127.0.0.1:6379",
    "redis://",
    "redis://:secret-word@",
    "redis://host:port",
    "redis://host:99999",
    "redis://:secret-word@host:port",
    "redis://[::1",
    "redis://:secret-word@host/word",
    "redis://:secret-word@host/0/1",
    "redis://:secret-word@host/-1",
    "redis://:secret-word@host#fragment",
    "redis://:secret-word@host?socket_timeout=9",
    "redis://:secret-word@host?ssl_ca_certs=/etc/hostname",
    "rediss://:secret-word@host?ssl_ca_certs",
    "rediss://:secret-word@host?ssl_ca_certs=",
    "rediss://:secret-word@host?ssl_ca_certs=/is/not/there",
    "rediss://:secret-word@host?ssl_ca_certs=/etc/hostname",
    "rediss://:secret-word@host?ssl_cert_reqs=none",
    "rediss://:secret-word@host?ssl_check_hostname=false",
    "redis+sentinel://",
    "redis+sentinel://host:26379",
    "redis+sentinel://host:26379/",
    "redis+sentinel://host/vf",
    "redis+sentinel://:26379/vf",
    "redis+sentinel://host:26379,/vf",
    "redis+sentinel://host:word/vf",
    "redis+sentinel://host:99999/vf",
    "redis+sentinel://host:26379/vf/word",
    "redis+sentinel://host:26379/vf/0/more",
    "redis+sentinel://:secret-word@host:26379/vf/-1",
    "redis+sentinel://:secret-word@host:26379/vf?ssl_ca_certs=/etc/hostname",
    "rediss+sentinel://:secret-word@host:26379/vf?ssl_ca_certs=/is/not/there",
    "rediss+sentinel://:secret-word@host:26379/vf?ssl_ca_certs=/etc/hostname",
    "rediss+sentinel://:secret-word@host:26379/vf?ssl_cert_reqs=none",
    "rediss+sentinel://host:26379?ssl_ca_certs=/vf",
]


@pytest.mark.parametrize("value", REFUSED)
def test_refused_with_one_line_that_names_the_variable_and_hides_the_password(value):
    with pytest.raises(SettingError) as refusal:
        parse(value)
    assert str(refusal.value).startswith("VF_REDIS_URL")
    assert len(str(refusal.value).splitlines()) == 1
    assert "secret-word" not in str(refusal.value)


@pytest.mark.parametrize("value", ["redis://:hunter2@h", "redis+sentinel://u:hunter2@h:1/vf"])
def test_the_password_is_not_in_the_representation(value):
    assert "hunter2" not in repr(parse(value))


@given(st.text(max_size=40).map(lambda rest: "redis+sentinel://" + rest) | st.text(max_size=40))
def test_any_text_is_an_address_or_a_setting_error(value):
    with suppress(SettingError):
        assert isinstance(parse(value), RedisAddress)
