"""Reads the configuration of a running Traefik from its API, as Traefik itself has understood it."""

import asyncio
from typing import Any

import aiohttp

from ..terminal import UsageError
from .configuration import ENCODED_CHARACTERS, Configuration, EntryPoint, Options, Router, TcpRouter, qualified
from .layers import flattened

_TIMEOUT = aiohttp.ClientTimeout(total=10.0)
_STATE = ("status", "error", "usedBy", "name", "provider", "type", "using", "serverStatus")


def read_api(url: str, bearer: str | None = None) -> Configuration:
    """The live configuration. Raises :class:`UsageError` if the API does not answer or is not whole.

    ``bearer`` is a token for an API that is itself behind the edge.
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"--traefik-api is {url!r}: it must be an http:// or https:// address")
    raw, entry_points = asyncio.run(_fetch(url.rstrip("/").removesuffix("/api"), bearer))
    middlewares = {name: _without_state(options) for name, options in (raw.get("middlewares") or {}).items()}
    return Configuration(
        source=url,
        entry_points={found["name"]: _entry_point(found) for found in entry_points},
        routers=flattened({name: _router(name, options) for name, options in (raw.get("routers") or {}).items()}),
        middlewares=middlewares,
        services=raw.get("services") or {},
        static=None,
        live=True,
        tcp_routers=tuple(_tcp_router(name, options) for name, options in (raw.get("tcpRouters") or {}).items()),
        tcp_services=raw.get("tcpServices") or {},
        notes=("the API does not tell the access log's fields: give --traefik-static as well",),
    )


async def _fetch(base: str, bearer: str | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    async with aiohttp.ClientSession(timeout=_TIMEOUT, headers=headers) as session:
        raw = await _get(session, f"{base}/api/rawdata")
        entry_points = await _get(session, f"{base}/api/entrypoints")
    if not isinstance(raw, dict) or not isinstance(entry_points, list):
        raise UsageError(f"{base} is not Traefik's API")
    return raw, entry_points


async def _get(session: aiohttp.ClientSession, url: str) -> Any:
    try:
        async with session.get(url, allow_redirects=False) as answer:
            if answer.status != 200:
                raise UsageError(
                    f"{url} answered {answer.status}: the whole API is needed, with a role that may read it "
                    "(--traefik-api-token-file), or lint the files instead"
                )
            return await answer.json()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise UsageError(f"{url} cannot be read: {str(error) or type(error).__name__}") from error


def _entry_point(options: Options) -> EntryPoint:
    """The API leaves out what is false, and the whole section where Traefik's defaults (all allowed) stand."""
    encoded = (options.get("http") or {}).get("encodedCharacters")
    allowed = ENCODED_CHARACTERS if encoded is None else tuple(key for key in ENCODED_CHARACTERS if encoded.get(key))
    return EntryPoint(str(options["name"]), options, allowed)


def _router(name: str, options: Options) -> Router:
    provider = name.rpartition("@")[2]
    return Router(
        name=name,
        rule=str(options.get("rule", "")),
        priority=int(options.get("priority") or 0),
        entry_points=tuple(options.get("using") or options.get("entryPoints") or ()),
        middlewares=tuple(qualified(found, provider) for found in options.get("middlewares") or ()),
        service=qualified(str(options.get("service", "")), provider),
        errors=tuple(options.get("error") or ()),
        parents=tuple(qualified(found, provider) for found in options.get("parentRefs") or ()),
    )


def _tcp_router(name: str, options: Options) -> TcpRouter:
    return TcpRouter(
        name=name,
        rule=str(options.get("rule", "")),
        entry_points=tuple(options.get("using") or options.get("entryPoints") or ()),
        service=qualified(str(options.get("service", "")), name.rpartition("@")[2]),
    )


def _without_state(options: Options) -> Options:
    return {kind: value for kind, value in options.items() if kind not in _STATE}
