"""The allowed origins: discovered from Traefik's routers, used for CORS at Traefik and for the cross-site rule.

One list for both: an origin that may read an answer is one whose page may act for the person.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from vf_edge.redirects import is_within

_HOST_MATCHER = re.compile(r"(?<![A-Za-z])Host\(([^)]*)\)")
_QUOTED = re.compile(r"[`\"]([A-Za-z0-9.-]+)[`\"]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class AllowedOrigins:
    """The current set. ``on_change`` is called when it is replaced by a different one."""

    def __init__(self, origins: Iterable[str], on_change: Callable[[], None]) -> None:
        self.current = frozenset(origins)
        self._on_change = on_change

    def replace(self, origins: Iterable[str]) -> bool:
        """Take a new set; True if it differs."""
        new = frozenset(origins)
        if new == self.current:
            return False
        self.current = new
        self._on_change()
        return True


def hosts_of_routers(routers: Iterable[dict[str, Any]], base_domain: str) -> set[str]:
    """Hosts of the enabled routers (Traefik's ``/api/http/routers``) on or below ``base_domain``."""
    hosts: set[str] = set()
    for router in routers:
        if router.get("status") == "enabled":
            for arguments in _HOST_MATCHER.findall(str(router.get("rule", ""))):
                hosts.update(host.lower() for host in _QUOTED.findall(arguments))
    return {host for host in hosts if is_within(host, base_domain)}


def origins_of_hosts(hosts: Iterable[str], *, production: bool, http_port: int, https_port: int) -> set[str]:
    """Origins of ``hosts`` as a browser writes them (RFC 6454 §6.2): https always, http in development."""
    schemes = {"https": https_port} if production else {"https": https_port, "http": http_port}
    return {_origin(scheme, host, port) for host in hosts for scheme, port in schemes.items()}


def _origin(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://{host}" if port == _DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{port}"
