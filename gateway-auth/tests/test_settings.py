"""A wrong setting stops the start with one line that names the variable."""

import pytest

from vf_runtime import SettingError
from vf_runtime.addresses import Address
from vf_tokens import generate_pem

from .builders import _pem, settings


def test_the_defaults_are_the_documented_ones():
    read = settings(VF_REDIS_URL="", VF_JWT_SECRET="")
    assert read.issuer == "https://vfservices.localhost"
    assert read.audience == "vf-services"
    assert read.bind == Address("127.0.0.1", 8105)
    assert read.internal_bind == Address("127.0.0.1", 8106)
    assert (read.revocation_closed, read.revocation_max_staleness) == (True, 30)
    assert read.redis is not None
    assert read.bind_assertion_to_request is False


def test_redis_can_be_switched_off():
    assert settings(VF_REDIS_URL="off").redis is None


def test_several_assertion_keys_are_read_in_order():
    both = settings(VF_ASSERTION_KEY=(_pem(1) + _pem(2)).decode())
    assert len(both.assertion_keys) == 2
    assert both.assertion_keys[0].kid != both.assertion_keys[1].kid


def test_an_ipv6_address_is_read():
    assert settings(VF_GATEWAY_BIND="[::1]:8105").bind == Address("::1", 8105)


WRONG = {
    "an unknown environment": {"VF_ENV": "prod"},
    "a domain with a slash": {"BASE_DOMAIN": "a/b"},
    "a domain with a port": {"BASE_DOMAIN": "a:80"},
    "a domain with an empty label": {"BASE_DOMAIN": "a..b"},
    "a bind without a port": {"VF_GATEWAY_BIND": "127.0.0.1"},
    "a bind on port 0": {"VF_GATEWAY_BIND": "127.0.0.1:0"},
    "a bind on a large port": {"VF_GATEWAY_INTERNAL_BIND": "127.0.0.1:70000"},
    "a bind without a host": {"VF_GATEWAY_BIND": ":80"},
    "no worker": {"VF_WORKERS": "0"},
    "too many workers": {"VF_WORKERS": "10000"},
    "an unknown layout": {"VF_LAYOUT": "many"},
    "a public port that is none": {"VF_HTTPS_PORT": "https"},
    "a key address that is none": {"VF_JWKS_URL": "identity/jwks.json"},
    "a key address of another scheme": {"VF_JWKS_URL": "file:///etc/passwd"},
    "an API address with a query": {"VF_TRAEFIK_API_URL": "http://a/?b"},
    "an extra origin that is a pattern": {"VF_CORS_EXTRA_ORIGINS": "https://*.example"},
    "an extra origin that is everybody": {"VF_CORS_EXTRA_ORIGINS": "*"},
    "an extra origin that is null": {"VF_CORS_EXTRA_ORIGINS": "null"},
    "an extra origin with a path": {"VF_CORS_EXTRA_ORIGINS": "https://a.example/"},
    "a cookie prefix that demands Path=/": {"VF_COOKIE_PREFIX": "__Host-"},
    "a cookie prefix in another case": {"VF_COOKIE_PREFIX": "__sEcUrE-"},
    "a cookie prefix with a space": {"VF_COOKIE_PREFIX": "my "},
    "a cookie prefix with a separator": {"VF_COOKIE_PREFIX": "a;b"},
    "a cookie prefix with an equals sign": {"VF_COOKIE_PREFIX": "a="},
    "a cookie prefix that is not ASCII": {"VF_COOKIE_PREFIX": "é"},
    "a cookie prefix of 33 characters": {"VF_COOKIE_PREFIX": "a" * 33},
    "an http origin in production": {"VF_CORS_EXTRA_ORIGINS": "http://a.example", "VF_ENV": "production"},
    "a short secret": {"VF_JWT_SECRET": "hunter2"},
    "a secret of an issuer that is off": {
        "VF_JWT_SECRET": "s" * 40,
        "VF_JWT_ISSUER": "off",
        "VF_ISSUERS_FILE": "issuers.toml",
    },
    "no issuer of ours, and no others": {"VF_JWT_ISSUER": "off"},
    "no assertion key": {"VF_ASSERTION_KEY": ""},
    "an assertion key of another kind": {"VF_ASSERTION_KEY": generate_pem("EdDSA").decode()},
    "an assertion key that is cut off": {"VF_ASSERTION_KEY": _pem(0).decode()[:100]},
    "an assertion that lives too long": {"VF_ASSERTION_LIFETIME": "61"},
    "an unknown binding": {"VF_ASSERTION_BINDING": "path"},
    "a Redis address that is none": {"VF_REDIS_URL": "localhost"},
    "an unknown policy": {"VF_REVOCATION_POLICY": "maybe"},
    "a staleness of nothing": {"VF_REVOCATION_MAX_STALENESS": "0"},
    "a cache of nothing": {"VF_CACHE_MIB": "0"},
    "an unknown level of logs": {"VF_LOG_LEVEL": "loud"},
}


@pytest.mark.parametrize("variables", WRONG.values(), ids=WRONG.keys())
def test_the_start_is_refused_with(variables):
    with pytest.raises(SettingError) as refusal:
        settings(**variables)
    assert next(iter(variables)) in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1
    assert "hunter2" not in str(refusal.value)


def test_the_settings_do_not_show_the_private_key():
    assert "BEGIN" not in repr(settings())


def test_the_settings_do_not_show_the_secret():
    assert "thirty-two bytes" not in repr(settings())
