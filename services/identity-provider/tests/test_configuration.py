"""Settings from the environment: what they become, and one line for what is wrong."""

import secrets

import pytest
from identity_provider.configuration import IdentitySettings

from vf_runtime import Environment, SettingError
from vf_service.settings import ServiceSettings

SECRET = secrets.token_urlsafe()
PASSWORD = secrets.token_urlsafe()
PRODUCTION = {
    "VF_ENV": "production",
    "BASE_DOMAIN": "vfservices.example.test",
    "VF_SECRET_KEY": SECRET,
    "VF_REFRESH_SECRET": SECRET,
    "VF_REDIS_URL": "redis://redis/0",
    "VF_SIGNING_KEYS_DIR": "/keys",
    "DATABASE_URL": "postgres://db/identity",
}


def read(tmp_path, **variables):
    service = ServiceSettings.read("identity", tmp_path, Environment(variables))
    return IdentitySettings.read(service, tmp_path)


def test_the_defaults_are_for_development_on_one_origin(tmp_path):
    settings = read(tmp_path)
    signing, sessions = settings.signing, settings.sessions
    assert (signing.algorithm, signing.lifetime, signing.activation_delay) == ("ES256", 300, 600)
    assert signing.policy.issuer == "https://vfservices.localhost"
    assert (sessions.grace, sessions.remember_lifetime, sessions.idle_lifetime) == (10, 86_400, 43_200)
    assert (sessions.script_cookie, sessions.cookie_domain, settings.login_origins) == (True, "", ())
    assert "http://vfservices.localhost:8000" in sessions.allowed_origins


def test_the_audience_is_the_one_that_the_gateway_wants(tmp_path):
    assert read(tmp_path).signing.policy.audience == "vf-services"
    assert read(tmp_path, VF_JWT_AUDIENCE="shop").signing.policy.audience == "shop"


def test_subdomains_share_cookies_and_one_login_page(tmp_path):
    settings = read(tmp_path, VF_LAYOUT="subdomains", VF_CORS_EXTRA_ORIGINS="https://partner.test")
    assert settings.sessions.cookie_domain == "vfservices.localhost"
    assert "https://vfservices.localhost:8443" in settings.login_origins
    assert "https://partner.test" in settings.sessions.allowed_origins


def test_production_is_accepted_with_everything_it_needs(tmp_path):
    settings = read(tmp_path, **PRODUCTION)
    assert settings.production
    assert all(origin.startswith("https://") for origin in settings.sessions.allowed_origins)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"VF_REFRESH_SECRET": ""}, "VF_REFRESH_SECRET"),
        ({"VF_REFRESH_SECRET": "short"}, "VF_REFRESH_SECRET"),
        ({"VF_REFRESH_SECRET": "development-only-refresh-secret-0123456789"}, "VF_REFRESH_SECRET"),
        ({"VF_JWT_ALGORITHM": "HS256"}, "VF_JWT_SECRET"),
        ({"VF_JWT_ALGORITHM": "HS256", "VF_JWT_SECRET": "short"}, "VF_JWT_SECRET"),
        ({"VF_SIGNING_KEYS_DIR": ""}, "VF_SIGNING_KEYS_DIR"),
        ({"VF_REDIS_URL": ""}, "VF_REDIS_URL"),
        ({"VF_REDIS_URL": "http://redis"}, "VF_REDIS_URL"),
        ({"VF_SECRET_KEY": ""}, "VF_SECRET_KEY"),
        ({"VF_JWT_ISSUER": "http://vfservices.example.test"}, "VF_JWT_ISSUER"),
        ({"VF_DEMO_DATA": "on"}, "VF_DEMO_DATA"),
        ({"VF_DEBUG": "on"}, "VF_DEBUG"),
        ({"VF_ENV": "development", "VF_JWT_ALGORITHM": "none"}, "VF_JWT_ALGORITHM"),
        ({"VF_ACCESS_TOKEN_LIFETIME": "3601"}, "VF_ACCESS_TOKEN_LIFETIME"),
        ({"VF_REFRESH_GRACE": "-1"}, "VF_REFRESH_GRACE"),
        ({"VF_REMEMBER_LIFETIME": "1 day"}, "VF_REMEMBER_LIFETIME"),
        ({"VF_JS_TOKEN_COOKIE": "maybe"}, "VF_JS_TOKEN_COOKIE"),
        ({"VF_COOKIE_PREFIX": "__Host-"}, "VF_COOKIE_PREFIX"),
        ({"VF_COOKIE_PREFIX": "a b"}, "VF_COOKIE_PREFIX"),
        ({"VF_JWT_ISSUER": "https://" + "i" * 300}, "VF_JWT_ISSUER"),
        ({"VF_LAYOUT": "many-origins"}, "VF_LAYOUT"),
        ({"VF_CORS_EXTRA_ORIGINS": "*"}, "VF_CORS_EXTRA_ORIGINS"),
        ({"VF_CORS_EXTRA_ORIGINS": "http://partner.test"}, "VF_CORS_EXTRA_ORIGINS"),
    ],
)
def test_production_refuses(tmp_path, change, name):
    with pytest.raises(SettingError, match=name) as refusal:
        read(tmp_path, **{**PRODUCTION, **change})
    assert "\n" not in str(refusal.value)


def test_no_secret_is_in_the_representation_of_the_settings(tmp_path):
    more = {"VF_JWT_ALGORITHM": "HS256", "VF_JWT_SECRET": SECRET[::-1], "VF_REDIS_URL": f"redis://u:{PASSWORD}@r/0"}
    shown = repr(read(tmp_path, **{**PRODUCTION, **more}))
    assert SECRET not in shown
    assert SECRET[::-1] not in shown
    assert PASSWORD not in shown
