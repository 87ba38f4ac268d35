"""Settings of this platform's Django services, read from the environment once.

A settings module stays explicit: it creates one :class:`ServiceSettings` and contains ``SECRET_KEY =
service.secret_key`` and so on. Services of other platforms don't need this module; they set ``VF_EDGE`` themselves.
"""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import structlog

from vf_edge.cookies import CookieNames
from vf_edge.cors import CorsHeaders, extra_origins
from vf_runtime import Environment, SettingError, configure_logging
from vf_runtime.known_secrets import DEVELOPMENT_SECRET_KEY
from vf_runtime.logs import LEVELS

from .databases import database_settings

GATEWAY_KEYS = "http://127.0.0.1:8106/.well-known/jwks.json"
EDGE, DIRECT = "edge", "direct"

log = structlog.get_logger(__name__)

CHECKS_OF_THE_EDGE = [
    "security.W002",  # X-Frame-Options: Traefik's security headers
    "security.W003",  # CSRF: the cross-site rule is applied before a cookie is accepted
    "security.W004",  # HSTS: Traefik's security headers
    "security.W008",  # http to https: Traefik's entry point
]
"""``SILENCED_SYSTEM_CHECKS`` of a service that only serves an API behind the edge."""


@dataclass(frozen=True)
class ServiceSettings:
    """Values of environment variables for a Django settings module."""

    name: str
    """The service's name: audience of its assertions, ``service`` of its log lines."""
    environment: Environment
    """The environment, for settings that only this service has."""
    production: bool
    log_level: str
    debug: bool
    """Django's ``DEBUG``. Off even in development unless ``VF_DEBUG=on``, so that errors look as in production."""
    secret_key: str
    base_domain: str
    layout: str
    """``one-origin`` or ``subdomains``."""
    page_origins: tuple[str, ...]
    """All public origins of the website, the preferred one first."""
    allowed_hosts: list[str]
    databases: dict[str, Any]
    auth_mode: str
    """``edge`` or ``direct``."""
    edge: dict[str, Any]
    """The value of ``VF_EDGE``."""
    direct: dict[str, Any] | None
    """The value of ``VF_DIRECT``, in direct mode."""
    cors_headers: CorsHeaders
    """The headers that pages of other origins may use in direct mode, as at Traefik."""
    demo_data: bool

    @classmethod
    def from_environment(cls, name: str, base_dir: Path, *, has_database: bool = True) -> Self:
        """Read the process's environment. An invalid value ends the process with one line on standard error."""
        with stop_on_setting_error():
            return cls.read(name, base_dir, Environment(), has_database=has_database)

    @classmethod
    def read(cls, name: str, base_dir: Path, environment: Environment, *, has_database: bool = True) -> Self:
        """Read ``environment``. Raises :class:`vf_runtime.SettingError`."""
        production = environment.production
        base_domain = environment.text("BASE_DOMAIN", "vfservices.localhost").lower()
        origins = _page_origins(environment, base_domain, production)
        auth_mode = environment.choice("VF_AUTH_MODE", (EDGE, DIRECT), EDGE)
        return cls(
            name=name,
            environment=environment,
            production=production,
            log_level=environment.choice("VF_LOG_LEVEL", LEVELS, "INFO"),
            debug=_development_switch(environment, "VF_DEBUG"),
            secret_key=environment.secret("VF_SECRET_KEY", development=DEVELOPMENT_SECRET_KEY),
            base_domain=base_domain,
            layout=environment.choice("VF_LAYOUT", ("one-origin", "subdomains"), "one-origin"),
            page_origins=origins,
            # The last four are for health checks and metrics, which come from inside.
            allowed_hosts=[f".{base_domain}", "localhost", "127.0.0.1", "[::1]", name],
            databases=database_settings(environment, base_dir) if has_database else {},
            auth_mode=auth_mode,
            edge=_edge(name, environment),
            direct=_direct(environment, base_domain, origins) if auth_mode == DIRECT else None,
            cors_headers=CorsHeaders.from_environment(environment) if auth_mode == DIRECT else CorsHeaders(),
            demo_data=has_database and _development_switch(environment, "VF_DEMO_DATA"),
        )

    @property
    def rest_framework(self) -> dict[str, Any]:
        """``REST_FRAMEWORK``: JSON only, signed-in users only, problem+json, bounded pages, money as strings."""
        return {
            "DEFAULT_AUTHENTICATION_CLASSES": ["vf_django.authentication.EdgeAuthentication"],
            "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
            "DEFAULT_PARSER_CLASSES": ["vf_django.parsers.StrictJSONParser"],
            "DEFAULT_PAGINATION_CLASS": "vf_service.pagination.BoundedPagination",
            "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
            "EXCEPTION_HANDLER": "vf_django.problems.exception_handler",
            "UNAUTHENTICATED_USER": "vf_django.users.AnonymousUser",
            "COERCE_DECIMAL_TO_STRING": True,
        }

    @property
    def base_installed_apps(self) -> list[str]:
        """Apps of every service. None of them has a table."""
        apps = ["vf_django", "rest_framework", "drf_spectacular"]
        return ["corsheaders", *apps] if self.direct else apps

    @property
    def base_middleware(self) -> list[str]:
        """Middleware of every service, in order. Append a service's own."""
        identity = ["vf_django.middleware.EdgeIdentityMiddleware"]
        if self.direct:
            identity = [
                "corsheaders.middleware.CorsMiddleware",
                "vf_django.middleware.JWTAuthenticationMiddleware",
            ]
        return [
            "vf_django.middleware.RequestContextMiddleware",
            "vf_django.middleware.MetricsMiddleware",
            "django.middleware.security.SecurityMiddleware",
            *identity,
            "vf_django.middleware.FinalSlashMiddleware",
            "django.middleware.common.CommonMiddleware",
            "vf_service.caching.CachingMiddleware",
        ]

    @property
    def cors_allowed_origins(self) -> list[str]:
        """``CORS_ALLOWED_ORIGINS`` of django-cors-headers, for direct mode only: behind the edge, Traefik sends these
        headers.
        """
        return list(self.direct["ALLOWED_ORIGINS"]) if self.direct else []

    def configure_logging(self) -> None:
        """Set one log format for everything in the process. Also set ``LOGGING_CONFIG = None``."""
        configure_logging(self.name, production=self.production, level=self.log_level)
        # Django logs a separate warning for each 4xx, which the access line already reports.
        logging.getLogger("django.request").setLevel(logging.ERROR)
        # A client can cause every SuspiciousOperation at will (an invalid Host, a too large body, too many fields), and
        # Django would log a traceback for each. The access line has status and code.
        logging.getLogger("django.security").setLevel(logging.CRITICAL)
        logging.getLogger("django.security.csrf").setLevel(logging.WARNING)  # one line, with Django's reason
        for found in self.environment.misspelt():
            log.warning("unknown_variable", variable=found.name, did_you_mean=found.nearest)


@contextmanager
def stop_on_setting_error() -> Iterator[None]:
    """End the process with the one line of a :class:`vf_runtime.SettingError` instead of a traceback."""
    try:
        yield
    except SettingError as error:
        sys.exit(f"error: {error}")


def _development_switch(environment: Environment, name: str) -> bool:
    switched_on = environment.flag(name, False)
    if switched_on and environment.production:
        raise SettingError(f"{name} is on: it must be off in production (VF_ENV=production)")
    return switched_on


def _page_origins(environment: Environment, base_domain: str, production: bool) -> tuple[str, ...]:
    ports = {
        "https": environment.integer("VF_HTTPS_PORT", 8443, least=1, most=65535),
        "http": environment.integer("VF_HTTP_PORT", 8000, least=1, most=65535),
    }
    hosts = [base_domain, f"website.{base_domain}"]
    if production:
        del ports["http"]
    else:
        hosts.append("localhost")
    return tuple(_origin(scheme, host, port) for scheme, port in ports.items() for host in hosts)


def _origin(scheme: str, host: str, port: int) -> str:
    is_default = (scheme, port) in (("https", 443), ("http", 80))
    return f"{scheme}://{host}" if is_default else f"{scheme}://{host}:{port}"


def _edge(name: str, environment: Environment) -> dict[str, Any]:
    path, url = environment.optional("VF_EDGE_JWKS_FILE"), environment.optional("VF_EDGE_JWKS_URL")
    if path and url:
        raise SettingError("VF_EDGE_JWKS_FILE and VF_EDGE_JWKS_URL are both set: keep one of them")
    return {"AUDIENCE": name, **({"JWKS_FILE": path} if path else {"JWKS_URL": url or GATEWAY_KEYS})}


def _direct(environment: Environment, base_domain: str, origins: tuple[str, ...]) -> dict[str, Any]:
    secret, url = environment.optional("VF_JWT_SECRET"), environment.optional("VF_JWKS_URL")
    if bool(secret) == bool(url):
        raise SettingError("VF_AUTH_MODE is 'direct': it needs either VF_JWKS_URL or VF_JWT_SECRET")
    source: Mapping[str, Any] = {"JWKS_URL": url} if url else {"SECRET": environment.secret("VF_JWT_SECRET")}
    return {
        "ISSUER": environment.text("VF_JWT_ISSUER", f"https://{base_domain}"),
        "AUDIENCE": environment.text("VF_JWT_AUDIENCE", "vf-services"),
        "ALLOWED_ORIGINS": (*origins, *extra_origins(environment)),
        "COOKIE_PREFIX": environment.parsed("VF_COOKIE_PREFIX", CookieNames).prefix,
        **source,
    }
