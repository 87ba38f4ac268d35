"""Envoy with its ``jwt_authn`` filter, which verifies the token itself and passes the claims on as headers."""

import json
from typing import Any

from . import programs, tokens
from .processes import LOOPBACK, Server, Stage, free_port, listens

WORKERS = 2
"""As many threads as nginx and gateway-auth have processes together."""

_CLAIMS = {"sub": "id", "username": "name", "email": "email", "roles": "roles", "sid": "session"}


def start(stage: Stage, name: str, *, keys: dict[str, Any], backend: int, cached: int) -> tuple[Server, int]:
    """Start Envoy in front of ``backend``. ``cached`` is the size of its token cache; 0 is Envoy's default."""
    port = free_port()
    configuration = stage.folder / f"{name}.json"
    configuration.write_text(json.dumps(_configuration(port, keys, backend, cached)), encoding="utf-8")
    command = [
        programs.envoy(),
        "-c",
        configuration,
        "--concurrency",
        str(WORKERS),
        "--use-dynamic-base-id",
        "-l",
        "warn",
    ]
    return stage.start(name, command, ready=listens(port)), port


def _configuration(port: int, keys: dict[str, Any], backend: int, cached: int) -> dict[str, Any]:
    provider: dict[str, Any] = {
        "issuer": tokens.ISSUER,
        "audiences": [tokens.POLICY.audience],
        "local_jwks": {"inline_string": json.dumps(keys)},
        "claim_to_headers": [{"header_name": f"x-user-{name}", "claim_name": claim} for claim, name in _CLAIMS.items()],
    }
    if cached:
        provider["jwt_cache_config"] = {"jwt_cache_size": cached}
    authn = _typed(
        "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
        providers={"ours": provider},
        rules=[{"match": {"prefix": "/"}, "requires": {"provider_name": "ours"}}],
    )
    router = _typed("envoy.extensions.filters.http.router.v3.Router", suppress_envoy_headers=True)
    manager = _typed(
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="bench",
        generate_request_id=False,
        route_config={"virtual_hosts": [_virtual_host()]},
        http_filters=[
            {"name": "envoy.filters.http.jwt_authn", "typed_config": authn},
            {"name": "envoy.filters.http.router", "typed_config": router},
        ],
    )
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
    return {
        "static_resources": {
            "listeners": [{"name": "bench", "address": _address(port), "filter_chains": [chain]}],
            "clusters": [_cluster(backend)],
        }
    }


def _virtual_host() -> dict[str, Any]:
    return {"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "backend"}}]}


def _cluster(port: int) -> dict[str, Any]:
    endpoint = {"endpoint": {"address": _address(port)}}
    return {
        "name": "backend",
        "type": "STATIC",
        "connect_timeout": "5s",
        "load_assignment": {"cluster_name": "backend", "endpoints": [{"lb_endpoints": [endpoint]}]},
    }


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": LOOPBACK, "port_value": port}}


def _typed(name: str, **fields: Any) -> dict[str, Any]:
    return {"@type": f"type.googleapis.com/{name}", **fields}
