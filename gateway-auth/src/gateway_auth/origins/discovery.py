"""Keeps the allowed origins current from the routers that Traefik serves.

If Traefik's API does not answer, the last known origins stay in force; at the start they are the ones of
``BASE_DOMAIN``, ``website.BASE_DOMAIN`` and ``VF_CORS_EXTRA_ORIGINS``.
"""

import asyncio

import aiohttp
import structlog

from ..settings import GatewaySettings
from .allowed import AllowedOrigins, hosts_of_routers, origins_of_hosts

POLL_SECONDS = 5.0
FIRST_POLL_SECONDS = 0.5
_FIRST_POLLS = 20
_TIMEOUT = aiohttp.ClientTimeout(total=3.0)

log = structlog.get_logger(__name__)


def page_hosts(base_domain: str) -> set[str]:
    """The hosts that serve pages, allowed before anything is discovered."""
    return {base_domain, f"website.{base_domain}"}


def allowed_origins(hosts: set[str], settings: GatewaySettings) -> set[str]:
    """Origins of ``hosts`` and of the pages, and the extra ones."""
    http_port, https_port = settings.public_ports
    found = origins_of_hosts(
        hosts | page_hosts(settings.base_domain),
        production=settings.production,
        http_port=http_port,
        https_port=https_port,
    )
    return found | set(settings.extra_origins)


async def follow_routers(origins: AllowedOrigins, settings: GatewaySettings) -> None:
    """Poll ``/api/http/routers``, often while the platform starts, until cancelled."""
    if settings.traefik_api is None:
        return
    polls = failures = 0
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        while True:
            try:
                async with session.get(f"{settings.traefik_api}/api/http/routers?per_page=1000") as answer:
                    answer.raise_for_status()
                    hosts = hosts_of_routers(await answer.json(), settings.base_domain)
                failures = 0
                if origins.replace(allowed_origins(hosts, settings)):
                    log.info("origins_changed", origins=sorted(origins.current))
            except (aiohttp.ClientError, OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
                failures += 1
                if failures == _FIRST_POLLS:
                    log.warning("routers_unreachable", url=settings.traefik_api, reason=type(error).__name__)
            polls += 1
            await asyncio.sleep(FIRST_POLL_SECONDS if polls < _FIRST_POLLS else POLL_SECONDS)
