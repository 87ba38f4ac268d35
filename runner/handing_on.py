"""Variables that the runner does not pass on, and the reason to report to the user."""

from collections.abc import Iterable, Mapping, Sequence

from deploy.prepare.services import Service
from vf_runtime import variables

_PORTS = "components listen on the ports set with VF_IDENTITY_PORT and similar variables"
_FOLDER = "keys, secrets and databases of the local run are in VF_RUN_DIR"
_TLS = "the local run creates a certificate, and an authority to trust, in VF_RUN_DIR"
_OWN = "the local run has its own, on the port set with VF_{}_PORT"
_SHARED = "a shared secret is used only with VF_JWT_ALGORITHM=HS256 or VF_AUTH_MODE=direct"
_COMPOSE = "it is for docker-compose.yml"

FIXED = {
    "VF_BIND": _PORTS,
    "VF_GATEWAY_BIND": _PORTS,
    "VF_GATEWAY_INTERNAL_BIND": _PORTS,
    "VF_SECRET_KEY": _FOLDER,
    "VF_REFRESH_SECRET": _FOLDER,
    "VF_ASSERTION_KEY": _FOLDER,
    "VF_SIGNING_KEYS_DIR": _FOLDER,
    "DATABASE_URL": _FOLDER,
    "VF_DEMO_DATA": "the local run always has its demo users and rows",
    "VF_REDIS_URL": _OWN.format("REDIS"),
    "VF_EDGE_JWKS_URL": _OWN.format("GATEWAY_INTERNAL"),
    "VF_EDGE_JWKS_FILE": _OWN.format("GATEWAY_INTERNAL"),
    "VF_TRAEFIK_API_URL": _OWN.format("TRAEFIK_INTERNAL"),
    "VF_GATEWAY_URL": _OWN.format("GATEWAY"),
    "VF_GATEWAY_INTERNAL_URL": _OWN.format("GATEWAY_INTERNAL"),
    "VF_IDENTITY_URL": _OWN.format("IDENTITY"),
    "VF_WEBSITE_URL": _OWN.format("WEBSITE"),
    "VF_TRAEFIK_INTERNAL_URL": _OWN.format("TRAEFIK_INTERNAL"),
    "VF_TLS_CERT_FILE": _TLS,
    "VF_TLS_KEY_FILE": _TLS,
    "VF_SERVICES": "the services are the folders of services/ with a service.toml",
    "VF_PUBLISH_ADDRESS": _COMPOSE,
    "VF_TLS_DIR": _COMPOSE,
}
"""Variables that the local run always sets itself."""

_BY_MODE = {
    "VF_JWKS_URL": "the gateway uses the local identity provider's; other components read it with VF_AUTH_MODE=direct",
    "VF_JWT_SECRET": _SHARED,
}

_NOT_OURS = variables.read_by("runner") | variables.read_by("attack") | variables.read_by("tests")


def not_handed_on(
    given: Mapping[str, str], environments: Iterable[Mapping[str, str]], services: Sequence[Service]
) -> list[str]:
    """Return a line for each variable that was set and has no effect. Lines never contain values."""
    handed_on = {form for environment in environments for form in environment.items()}
    urls = {service.url_variable: _OWN.format(service.port_variable[3:-5]) for service in services}
    own = {name for service in services for name in (service.port_variable, *service.variables)}
    lines = [str(found) for found in variables.misspelt(given, known={*own, *urls})]
    for name in sorted(given):
        plain = variables.plain(name)
        is_read = (plain in variables.READ_BY and plain not in _NOT_OURS) or plain in urls
        if is_read and given[name] and (name, given[name]) not in handed_on:
            reason = {**FIXED, **_BY_MODE, **urls}.get(plain, "no component reads it in this mode")
            lines.append(f"{name} is not used: {reason}")
    return lines
