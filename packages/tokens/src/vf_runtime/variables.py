"""Every environment variable of the platform, and the components that read it.

The runner passes each component exactly the variables that it reads. Tests compare this table with docker-compose.yml,
docs/settings.md, and the settings that each component reads (tests/docs/test_variables.py).
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SERVICE = "service"
"""Placeholder for each API-only service of ``services/``."""

SHIPPED_SERVICES = "billing inventory"
"""Default of ``VF_SERVICES``, as in traefik/dynamic/middlewares.yml."""

_SERVICES = SERVICE
_DATABASES = f"identity-provider revocation-relay {_SERVICES}"
_DJANGO = f"{_DATABASES} website"
_SERVING = f"identity-provider {_SERVICES} website"
_IDENTITY = "identity-provider revocation-relay"
_PARTS = f"{_DJANGO} gateway-auth"

READ_BY = {
    # all components
    "VF_ENV": f"{_PARTS} traefik runner init",
    "BASE_DOMAIN": f"{_PARTS} traefik runner init",
    "VF_LAYOUT": f"{_PARTS} traefik runner",
    "VF_HTTP_PORT": f"{_PARTS} runner compose",
    "VF_HTTPS_PORT": f"{_PARTS} traefik runner compose",
    "VF_LOG_LEVEL": _PARTS,
    "VF_COOKIE_PREFIX": f"{_IDENTITY} gateway-auth runner",
    "VF_CORS_EXTRA_ORIGINS": f"{_IDENTITY} gateway-auth",
    "VF_CORS_ALLOWED_HEADERS": "gateway-auth",
    "VF_CORS_EXPOSED_HEADERS": "gateway-auth",
    # gateway-auth
    "VF_GATEWAY_BIND": "gateway-auth",
    "VF_GATEWAY_INTERNAL_BIND": "gateway-auth",
    "VF_WORKERS": "gateway-auth",
    "VF_JWT_ISSUER": f"{_IDENTITY} gateway-auth",
    "VF_JWT_AUDIENCE": f"{_IDENTITY} gateway-auth",
    "VF_JWKS_URL": "gateway-auth",
    "VF_JWKS_REFRESH": "gateway-auth",
    "VF_JWT_SECRET": f"{_IDENTITY} gateway-auth",
    "VF_ISSUERS_FILE": "gateway-auth",
    "VF_TOKEN_MAX_LIFETIME": "gateway-auth",
    "VF_ASSERTION_KEY": "gateway-auth",
    "VF_ASSERTION_LIFETIME": "gateway-auth",
    "VF_ASSERTION_BINDING": "gateway-auth",
    "VF_REDIS_URL": f"{_IDENTITY} gateway-auth",
    "VF_REVOCATION_POLICY": "gateway-auth",
    "VF_REVOCATION_MAX_STALENESS": "gateway-auth",
    "VF_TRAEFIK_API_URL": "gateway-auth",
    "VF_CACHE_MIB": "gateway-auth",
    # Django components
    "VF_SECRET_KEY": _DJANGO,
    "VF_AUTH_MODE": f"{_DJANGO} runner",
    "VF_EDGE_JWKS_URL": _DJANGO,
    "VF_EDGE_JWKS_FILE": _DJANGO,
    "VF_DEBUG": _DJANGO,
    "DATABASE_URL": _DATABASES,
    "VF_DEMO_DATA": f"{_DATABASES} compose",
    "VF_BIND": _SERVING,
    "VF_PROCESSES": _SERVING,
    "VF_THREADS": _SERVING,
    "VF_HEAD_TIMEOUT": _SERVING,
    "VF_CLIENT_TIMEOUT": _SERVING,
    "VF_MIN_UPLOAD_RATE": _SERVING,
    "VF_MAX_HEAD_KIB": _SERVING,
    "VF_MAX_BODY_MIB": _SERVING,
    "VF_MAX_HELD_MIB": _SERVING,
    "VF_CONNECTIONS": _SERVING,
    # identity provider
    "VF_JWT_ALGORITHM": f"{_IDENTITY} runner",
    "VF_SIGNING_KEYS_DIR": _IDENTITY,
    "VF_KEY_ACTIVATION_DELAY": _IDENTITY,
    "VF_ACCESS_TOKEN_LIFETIME": _IDENTITY,
    "VF_REFRESH_SECRET": _IDENTITY,
    "VF_REFRESH_GRACE": _IDENTITY,
    "VF_REMEMBER_LIFETIME": _IDENTITY,
    "VF_SESSION_LIFETIME": _IDENTITY,
    "VF_SIGN_INS_PER_MINUTE": _IDENTITY,
    "VF_EVENTS_DAYS": _IDENTITY,
    "VF_SIGN_UP": f"{_IDENTITY} website",
    "VF_IMPERSONATION_LASTS": _IDENTITY,
    "VF_REAUTHENTICATION_LASTS": _IDENTITY,
    "VF_TRUST_DEVICES": f"{_IDENTITY} website",
    "VF_REQUIRE_MFA_ROLES": _IDENTITY,
    "VF_ADMIN": f"{_IDENTITY} website traefik runner",
    "VF_SECRET_KEY_FALLBACKS": _IDENTITY,
    "VF_EMAIL_URL": _IDENTITY,
    "VF_EMAIL_FROM": _IDENTITY,
    "VF_PROVIDERS_FILE": _IDENTITY,
    "VF_ROLES_FILE": _IDENTITY,
    "VF_EVENTS_WEBHOOK_URL": _IDENTITY,
    "VF_EVENTS_WEBHOOK_SECRET": _IDENTITY,
    "VF_PASSWORD_TOKENS": _IDENTITY,
    "VF_JS_TOKEN_COOKIE": _IDENTITY,
    # Traefik: the runner writes its static file; its dynamic files read the environment
    "VF_EDGE_READ_TIMEOUT": "runner init",
    "VF_EDGE_WRITE_TIMEOUT": "runner init",
    "VF_EDGE_IDLE_TIMEOUT": "runner init",
    "VF_EDGE_RESPONSE_TIMEOUT": "runner init",
    "VF_EDGE_DIAL_TIMEOUT": "runner init",
    "VF_GATEWAY_URL": "traefik",
    "VF_GATEWAY_INTERNAL_URL": "traefik",
    "VF_IDENTITY_URL": "traefik",
    "VF_WEBSITE_URL": "traefik",
    "VF_TRAEFIK_INTERNAL_URL": "traefik",
    "VF_SERVICES": "traefik",
    "VF_TLS_CERT_FILE": "traefik",
    "VF_TLS_KEY_FILE": "traefik",
    # local runner, containers
    "VF_RUN_DIR": "runner",
    "VF_PORT_BASE": "runner",
    "VF_IDENTITY_PORT": "runner",
    "VF_WEBSITE_PORT": "runner",
    "VF_GATEWAY_PORT": "runner",
    "VF_GATEWAY_INTERNAL_PORT": "runner",
    "VF_TRAEFIK_INTERNAL_PORT": "runner",
    "VF_REDIS_PORT": "runner",
    "VF_PUBLISH_ADDRESS": "compose",
    "VF_TLS_DIR": "compose",
    # tools
    "VF_ATTACK_PASSWORD": "attack",
    "VF_COMPOSE": "tests",
}
"""Each variable with the components that read it, except the URL and port of each service, which contain its name
(``VF_BILLING_URL``, ``VF_BILLING_PORT``; deploy/prepare/services.py). ``init`` is the container that generates secrets,
``compose`` is docker-compose.yml itself.
"""

DIRECT_MODE = (
    *("VF_JWT_ISSUER", "VF_JWT_AUDIENCE", "VF_JWKS_URL", "VF_JWT_SECRET", "VF_COOKIE_PREFIX"),
    *("VF_CORS_EXTRA_ORIGINS", "VF_CORS_ALLOWED_HEADERS", "VF_CORS_EXPOSED_HEADERS"),
)
"""Variables that every Django component also reads with ``VF_AUTH_MODE=direct``."""

DJANGO_PARTS = frozenset(_DJANGO.split())

_PART_NAMES = frozenset(word for parts in READ_BY.values() for word in parts.split())

_WITHOUT_FILES = {"traefik", "compose", "attack", "tests"}
"""Components that don't support ``NAME_FILE``. A variable that only they read has no such form."""

_FROM_KUBERNETES = re.compile(r"\w+_SERVICE_(HOST|PORT(_\w+)?)|\w+_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?")
_A_PORT_OF_KUBERNETES = re.compile(r"(tcp|udp|sctp)://.*")
"""Variables that Kubernetes sets in each container for a Service ``vf-…``, including ``VF_…_PORT=tcp://…``; not
misspelled.
"""


def read_by(part: str, *, direct: bool = False) -> frozenset[str]:
    """Return the variables that ``part`` reads; ``direct``: if it verifies tokens itself. An unknown
    name is a service.
    """
    role = part if part in _PART_NAMES else SERVICE
    names = {name for name, parts in READ_BY.items() if role in parts.split()}
    return frozenset(names.union(DIRECT_MODE) if direct and role in DJANGO_PARTS else names)


def plain(name: str) -> str:
    """Return the variable that ``name`` sets: itself, or the one whose file it names."""
    return name if name in READ_BY or name.removesuffix("_FILE") not in READ_BY else name.removesuffix("_FILE")


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A variable that no component reads. Its value is never kept, because it can be a secret under a
    misspelled name.
    """

    name: str
    nearest: str | None

    def __str__(self) -> str:
        """Return one line, for users."""
        advice = f"Did you mean {self.nearest}?" if self.nearest else "See docs/settings.md."
        return f"{self.name} is not a known variable and has no effect. {advice}"


def misspelt(variables: Mapping[str, str], *, known: Iterable[str] = ()) -> list[Misspelt]:
    """Return the ``variables`` that look like the platform's but that no component reads.

    ``known``: more names, and ``NAME_FILE`` of each.
    """
    ours = _names() | _names_of_services(variables) | {form for name in known for form in (name, f"{name}_FILE")}
    return [
        Misspelt(_shown(name), _nearest(name, ours))
        for name in sorted(variables)
        if name not in ours and _looks_like_ours(name) and not _is_from_kubernetes(name, variables[name])
    ]


def _names() -> set[str]:
    files = {f"{name}_FILE" for name, parts in READ_BY.items() if not set(parts.split()) <= _WITHOUT_FILES}
    return {*READ_BY, *files}


def _names_of_services(variables: Mapping[str, str]) -> set[str]:
    """Return Traefik's and the runner's variables for services, in an environment that several components share."""
    services = (variables.get("VF_SERVICES") or SHIPPED_SERVICES).replace("-", "_").upper().split()
    return {f"VF_{service}_{kind}" for service in services for kind in ("URL", "PORT", "PORT_FILE")}


def _nearest(name: str, ours: set[str]) -> str | None:
    if plain(name) != name:
        return plain(name)  # ``NAME_FILE`` of a variable without that form
    close = difflib.get_close_matches(name.upper(), ours, n=1, cutoff=0.75)
    return close[0] if close else None


def _shown(name: str) -> str:
    return name if re.fullmatch(r"\w{1,80}", name, re.ASCII) else ascii(name)[:80]


def _is_from_kubernetes(name: str, value: str) -> bool:
    return bool(_FROM_KUBERNETES.fullmatch(name)) or (
        name.endswith("_PORT") and bool(_A_PORT_OF_KUBERNETES.fullmatch(value))
    )


def _looks_like_ours(name: str) -> bool:
    """Return True for the platform's prefix, or a name close to one of the two variables without it."""
    upper = name.upper()
    others = ("BASE_DOMAIN", "DATABASE_URL", "BASE_DOMAIN_FILE", "DATABASE_URL_FILE")
    return upper.startswith("VF_") or bool(difflib.get_close_matches(upper, others, n=1, cutoff=0.88))
