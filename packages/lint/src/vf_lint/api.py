"""Traefik's API: what a running Traefik has made of its configuration (https://doc.traefik.io/traefik/operations/api/)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from vf_runtime.terminal import UsageError

LARGEST = 64 * 1024 * 1024
"""Bytes of one response."""


@dataclass(frozen=True, slots=True)
class State:
    """What the API tells."""

    version: str
    """Such as ``3.7.15``; empty where the API does not tell."""
    raw: dict[str, Any]
    """``/api/rawdata``: routers, middlewares, services."""
    entry_points: list[dict[str, Any]]


def read_state(base: str, bearer: str | None = None, seconds: float = 10.0) -> State:
    """Everything that the lint needs of the Traefik at ``base``; each response may take ``seconds``.

    Raises :class:`UsageError` if the API does not answer or is not whole.
    """
    raw, entry_points, version = (
        get(f"{base}/api/{name}", bearer, seconds) for name in ("rawdata", "entrypoints", "version")
    )
    if not isinstance(raw, dict) or not isinstance(entry_points, list) or not isinstance(version, dict):
        raise UsageError(f"{base} is not Traefik's API")
    return State(str(version.get("Version", "")), raw, entry_points)


def get(url: str, bearer: str | None = None, seconds: float = 10.0) -> Any:
    """One JSON document, without following redirects. Raises :class:`UsageError`."""
    parts = urlsplit(url)
    connect: Callable[..., HTTPConnection] = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    try:
        connection = connect(parts.hostname, parts.port, timeout=seconds)
        try:
            connection.request("GET", parts.path, headers=headers)
            response = connection.getresponse()
            if response.status != 200:
                raise UsageError(
                    f"{url} answered {response.status}: the whole API is needed, with a role that may read it "
                    "(--traefik-api-token-file), or lint the files instead"
                )
            return json.loads(response.read(LARGEST))
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        raise UsageError(f"{url} cannot be read: {str(error) or type(error).__name__}") from error
