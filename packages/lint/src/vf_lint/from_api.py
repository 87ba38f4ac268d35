"""Reads the configuration of a running Traefik from its API, as Traefik itself has understood it."""

from vf_runtime.terminal import UsageError

from . import understood
from .api import read_state
from .configuration import ENCODED_CHARACTERS, Configuration, EntryPoint, Options


def read_api(url: str, bearer: str | None = None) -> Configuration:
    """The live configuration. Raises :class:`UsageError` if the API does not answer or is not whole.

    ``bearer`` is a token for an API that is itself behind the edge.
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"--traefik-api is {url!r}: it must be an http:// or https:// address")
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    state = read_state(url.rstrip("/").removesuffix("/api"), headers)
    return Configuration(
        source=url,
        entry_points={found["name"]: _entry_point(found) for found in state.entry_points},
        routers=understood.routers(state.raw),
        middlewares=understood.middlewares(state.raw),
        services=state.raw.get("services") or {},
        static=None,
        live=True,
        tcp_routers=understood.tcp_routers(state.raw),
        tcp_services=state.raw.get("tcpServices") or {},
        read_by=state.version,
        notes=("the API does not tell the access log's fields: give --traefik-static as well",),
    )


def _entry_point(options: Options) -> EntryPoint:
    """The API leaves out what is false, and the whole section where Traefik's defaults (all allowed) stand."""
    encoded = (options.get("http") or {}).get("encodedCharacters")
    allowed = ENCODED_CHARACTERS if encoded is None else tuple(key for key in ENCODED_CHARACTERS if encoded.get(key))
    return EntryPoint(str(options["name"]), options, allowed)
