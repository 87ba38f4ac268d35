"""The allowed origins: discovered from Traefik's routers, used for CORS at Traefik and for the cross-site rule.

One list serves both: an origin that may read a response may also act for the user. If Traefik's API does not respond,
the last known origins stay in force. At the start, they are those of ``BASE_DOMAIN``, ``website.BASE_DOMAIN`` and
``VF_CORS_EXTRA_ORIGINS``.
"""

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import Any

import aiohttp
import structlog

from vf_edge.cors import origins_of_hosts
from vf_edge.redirects import is_within

from .settings import GatewaySettings

POLL_SECONDS = 5.0
FIRST_POLL_SECONDS = 0.5
_FIRST_POLLS = 20
_TIMEOUT = aiohttp.ClientTimeout(total=3.0)
_HOST_MATCHER = re.compile(r"(?<![A-Za-z])Host\(([^)]*)\)")
_QUOTED = re.compile(r"[`\"]([A-Za-z0-9.-]+)[`\"]")

log = structlog.get_logger(__name__)


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


def allowed_origins(hosts: set[str], settings: GatewaySettings) -> set[str]:
    """Origins of ``hosts`` and of the hosts that serve pages, and the extra ones."""
    domain = settings.base_domain
    http_port, https_port = settings.public_ports
    found = origins_of_hosts(
        hosts | {domain, f"website.{domain}"},
        production=settings.production,
        http_port=http_port,
        https_port=https_port,
    )
    return found | set(settings.extra_origins)


def hosts_of_routers(routers: Iterable[dict[str, Any]], base_domain: str) -> set[str]:
    """Hosts of the enabled routers (Traefik's ``/api/http/routers``) on or below ``base_domain``."""
    hosts: set[str] = set()
    for router in routers:
        if router.get("status") == "enabled":
            for arguments in _HOST_MATCHER.findall(str(router.get("rule", ""))):
                hosts.update(host.lower() for host in _QUOTED.findall(arguments))
    return {host for host in hosts if is_within(host, base_domain)}


async def read_hosts(session: aiohttp.ClientSession, settings: GatewaySettings) -> set[str]:
    """Ask Traefik for its routers. Raises one of :data:`UNREADABLE`."""
    async with session.get(f"{settings.traefik_api}/api/http/routers?per_page=1000") as response:
        response.raise_for_status()
        return hosts_of_routers(await response.json(), settings.base_domain)


UNREADABLE = (aiohttp.ClientError, OSError, ValueError, TypeError, AttributeError, RecursionError)


async def follow_routers(origins: AllowedOrigins, settings: GatewaySettings) -> None:
    """Poll Traefik's routers, often while the platform starts, until cancelled."""
    if settings.traefik_api is None:
        return
    polls = failures = 0
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        while True:
            try:
                hosts = await read_hosts(session, settings)
                failures = 0
                if origins.replace(allowed_origins(hosts, settings)):
                    log.info("origins_changed", origins=sorted(origins.current))
            except UNREADABLE as error:
                failures += 1
                if failures == _FIRST_POLLS:
                    log.warning("routers_unreachable", url=settings.traefik_api, reason=type(error).__name__)
            polls += 1
            await asyncio.sleep(FIRST_POLL_SECONDS if polls < _FIRST_POLLS else POLL_SECONDS)
