"""Client of Traefik's API, which shows the effective configuration (https://doc.traefik.io/traefik/operations/api/)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from vf_runtime.terminal import UsageError

LARGEST = 64 * 1024 * 1024
"""Maximum bytes of one response."""


@dataclass(frozen=True, slots=True)
class State:
    """The responses of the API."""

    version: str
    """For example ``3.7.15``; empty if the API doesn't report it."""
    raw: dict[str, Any]
    """``/api/rawdata``: routers, middlewares, services."""
    entry_points: list[dict[str, Any]]


def read_state(base: str, headers: Mapping[str, str], seconds: float = 10.0) -> State:
    """Return everything that the lint needs from the Traefik at ``base``; each response may take ``seconds``.

    Raises :class:`UsageError` if the API does not respond or a response is incomplete.
    """
    raw, entry_points = (get(f"{base}/api/{name}", headers, seconds) for name in ("rawdata", "entrypoints"))
    if not isinstance(raw, dict) or not isinstance(entry_points, list):
        raise UsageError(f"{base} is not Traefik's API")
    return State(_version(base, headers, seconds), raw, entry_points)


def _version(base: str, headers: Mapping[str, str], seconds: float) -> str:
    """Return the version; empty if this user may read only routers."""
    try:
        return str(get(f"{base}/api/version", headers, seconds)["Version"])
    except (UsageError, KeyError, TypeError):
        return ""


def get(url: str, headers: Mapping[str, str], seconds: float) -> Any:
    """Return one JSON document, without following redirects. Raises :class:`UsageError`."""
    parts = urlsplit(url)
    connect: Callable[..., HTTPConnection] = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        connection = connect(parts.hostname, parts.port, timeout=seconds)
        try:
            connection.request("GET", parts.path, headers=dict(headers))
            response = connection.getresponse()
            if response.status != 200:
                raise UsageError(
                    f"{url} returned {response.status}. The check needs the whole API: give a token with the required "
                    "role in --traefik-api-token-file, or check the files instead"
                )
            return json.loads(response.read(LARGEST))
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        raise UsageError(f"{url} cannot be read: {str(error) or type(error).__name__}") from error
