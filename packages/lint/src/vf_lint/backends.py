"""Servers of a service, behind weights, mirrors and failovers."""

import contextlib
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from .configuration import Options, qualified


def backends(service: str, services: Mapping[str, Options], seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return ``host:port`` of every server behind ``service`` (qualified); its own name if it is unknown."""
    options = services.get(service) or {}
    provider = service.rpartition("@")[2]
    inner = {qualified(name, provider) for name in _inner(options)} - seen - {service}
    found = {address for name in inner for address in backends(name, services, seen | {service})}
    return frozenset(found | set(_servers(options)) or {service})


def _servers(options: Options) -> Iterator[str]:
    for server in (options.get("loadBalancer") or {}).get("servers") or ():
        address = str(server.get("url") or server.get("address") or "")
        with contextlib.suppress(ValueError):  # not a URL: Traefik can't reach it
            parts = urlsplit(address if "//" in address else f"//{address}")
            yield f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def _inner(options: Options) -> Iterator[str]:
    """Return the services to which this one distributes its requests."""
    for kind in ("weighted", "highestRandomWeight"):
        yield from (member["name"] for member in (options.get(kind) or {}).get("services") or () if "name" in member)
    mirroring, failover = options.get("mirroring") or {}, options.get("failover") or {}
    yield from (mirror["name"] for mirror in mirroring.get("mirrors") or () if "name" in mirror)
    yield from (name for name in (mirroring.get("service"), failover.get("service"), failover.get("fallback")) if name)
