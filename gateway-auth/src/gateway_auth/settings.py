"""The gateway's settings: read once from the environment, typed, frozen (docs/settings.md)."""

import os
import re
from dataclasses import dataclass, field

from vf_edge.cookies import CookieNames
from vf_edge.cors import CorsHeaders, extra_origins
from vf_runtime import Environment, RedisAddress, SettingError, parse_redis_address
from vf_runtime.addresses import Address, domain, host_and_port, http_url
from vf_runtime.logs import LEVELS
from vf_tokens import SigningKey, UnusableKey, signing_key_from_pem, signing_key_from_secret
from vf_tokens.policy import DEFAULT_AUDIENCE

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """One field per variable; times are seconds, sizes bytes."""

    production: bool
    bind: Address
    """``VF_GATEWAY_BIND``: where Traefik asks."""
    internal_bind: Address
    """``VF_GATEWAY_INTERNAL_BIND``: health, metrics, key set and the cors middleware; never routed."""
    workers: int
    base_domain: str
    layout: str
    public_ports: tuple[int, int]
    """``VF_HTTP_PORT`` and ``VF_HTTPS_PORT``: the ports that a browser sees."""
    extra_origins: tuple[str, ...]
    cors_headers: CorsHeaders
    """``VF_CORS_ALLOWED_HEADERS`` and ``VF_CORS_EXPOSED_HEADERS`` with the usual ones."""
    cookie_names: CookieNames
    """``VF_COOKIE_PREFIX``: what the names of the cookies begin with."""
    traefik_api: str | None
    """``VF_TRAEFIK_API_URL``: where the enabled routers are read for CORS; None: only BASE_DOMAIN's origins."""
    issuer: str
    """``VF_JWT_ISSUER``: our identity provider; empty (``off``) if only issuers of the file are trusted."""
    audience: str
    jwks_url: str
    jwks_refresh: int
    shared_secret: str | None = field(repr=False)
    issuers_file: str | None
    longest_token_lifetime: int
    assertion_keys: tuple[SigningKey, ...]
    """``VF_ASSERTION_KEY``: the first one signs, all are published, so that a rotation refuses nobody."""
    assertion_lifetime: int
    bind_assertion_to_request: bool
    redis: RedisAddress | None
    """``VF_REDIS_URL``; None (``off``): no revocations, for teams that do without."""
    revocation_closed: bool
    revocation_max_staleness: int
    cache_bytes: int
    log_level: str


def load_settings(env: Environment) -> GatewaySettings:
    """Read and check everything. Raises :class:`SettingError` with one line that names the variable."""
    base_domain = env.parsed("BASE_DOMAIN", domain, "vfservices.localhost")
    redis = env.address("VF_REDIS_URL", "redis://127.0.0.1:6379")
    return GatewaySettings(
        production=env.production,
        bind=env.parsed("VF_GATEWAY_BIND", host_and_port, "127.0.0.1:8105"),
        internal_bind=env.parsed("VF_GATEWAY_INTERNAL_BIND", host_and_port, "127.0.0.1:8106"),
        workers=env.integer("VF_WORKERS", 1, least=1, most=4 * (os.cpu_count() or 1)),
        base_domain=base_domain,
        layout=env.choice("VF_LAYOUT", ("one-origin", "subdomains"), "one-origin"),
        public_ports=(
            env.integer("VF_HTTP_PORT", 8000, least=1, most=65535),
            env.integer("VF_HTTPS_PORT", 8443, least=1, most=65535),
        ),
        extra_origins=extra_origins(env),
        cors_headers=CorsHeaders.from_environment(env),
        cookie_names=env.parsed("VF_COOKIE_PREFIX", CookieNames),
        traefik_api=env.parsed("VF_TRAEFIK_API_URL", http_url) or None,
        issuer=_issuer(env, base_domain),
        audience=env.text("VF_JWT_AUDIENCE", DEFAULT_AUDIENCE),
        jwks_url=env.parsed("VF_JWKS_URL", http_url, "http://127.0.0.1:8101/.well-known/jwks.json"),
        jwks_refresh=env.integer("VF_JWKS_REFRESH", 300, least=5, most=86_400),
        shared_secret=_shared_secret(env),
        issuers_file=env.optional("VF_ISSUERS_FILE"),
        longest_token_lifetime=env.integer("VF_TOKEN_MAX_LIFETIME", 3600, least=30, most=604_800),
        assertion_keys=_assertion_keys(env),
        assertion_lifetime=env.integer("VF_ASSERTION_LIFETIME", 60, least=20, most=60),
        bind_assertion_to_request=env.choice("VF_ASSERTION_BINDING", ("none", "request"), "none") == "request",
        redis=None if redis == "off" else parse_redis_address("VF_REDIS_URL", redis),
        revocation_closed=env.choice("VF_REVOCATION_POLICY", ("closed", "open"), "closed") == "closed",
        revocation_max_staleness=env.integer("VF_REVOCATION_MAX_STALENESS", 30, least=2, most=3600),
        cache_bytes=env.integer("VF_CACHE_MIB", 192, least=1, most=65_536) * _MIB,
        log_level=env.choice("VF_LOG_LEVEL", LEVELS, "INFO"),
    )


def _issuer(env: Environment, base_domain: str) -> str:
    value = env.text("VF_JWT_ISSUER", f"https://{base_domain}")
    if value != "off":
        return value
    if env.optional("VF_ISSUERS_FILE") is None:
        raise SettingError("VF_JWT_ISSUER is off: VF_ISSUERS_FILE must name the issuers to trust")
    return ""


def _shared_secret(env: Environment) -> str | None:
    secret = env.optional("VF_JWT_SECRET")
    if secret is None:
        return None
    try:
        signing_key_from_secret(secret)
    except UnusableKey as error:
        raise SettingError(f"VF_JWT_SECRET: {error}") from error
    env.refuse_known("VF_JWT_SECRET", secret)
    if env.text("VF_JWT_ISSUER", "") == "off":
        raise SettingError(
            "VF_JWT_SECRET is for tokens of VF_JWT_ISSUER, which is off: name the issuer, or leave it out"
        )
    return secret


def _assertion_keys(env: Environment) -> tuple[SigningKey, ...]:
    """One PEM after another in ``VF_ASSERTION_KEY`` (in practice ``VF_ASSERTION_KEY_FILE``)."""
    pems = re.findall(r"-----BEGIN [^-]+-----.+?-----END [^-]+-----", env.text("VF_ASSERTION_KEY"), re.DOTALL)
    try:
        keys = tuple(signing_key_from_pem(pem.encode()) for pem in pems)
    except UnusableKey as error:
        raise SettingError(f"VF_ASSERTION_KEY: {error}") from error
    if not keys or any(key.algorithm != "ES256" for key in keys):
        raise SettingError("VF_ASSERTION_KEY must hold P-256 private keys in PEM, the signing one first")
    return keys
