"""Rules for TCP routers, to which no HTTP middleware applies."""

from collections.abc import Iterator

from ..backends import backends
from ..configuration import Configuration
from ..expectations import Expectations
from ..findings import Finding, Rule

BYPASS = Rule(
    "tcp-bypass",
    "A TCP router leads to a server of an HTTP service",
    "Traefik tries TCP routers first and passes the connection on unchanged: without ForwardAuth, and with the "
    "client's own X-User-* headers.",
    "Remove the TCP router, or point it to servers that no HTTP service uses.",
)


def bypass(configuration: Configuration, expectations: Expectations) -> Iterator[Finding]:
    """Find published TCP routers to a server that HTTP routers reach as well."""
    services = configuration.services
    http = {
        server: name
        for name in services
        if not expectations.is_public_service(name)
        for server in backends(name, services)
    }
    for router in configuration.tcp_routers:
        if set(router.entry_points) <= expectations.internal_entry_points:
            continue
        for server in sorted(backends(router.service, configuration.tcp_services) & http.keys()):
            yield Finding(BYPASS, f"TCP router {router.name}", f"{router.rule} leads to {server} of {http[server]}")


CHECKS = ((BYPASS, bypass),)
