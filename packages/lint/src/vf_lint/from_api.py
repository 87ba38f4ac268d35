"""Reader of a running Traefik's configuration from its API."""

from vf_runtime.terminal import UsageError

from . import understood
from .api import read_state
from .configuration import ENCODED_CHARACTERS, Configuration, EntryPoint, Options


def read_api(url: str, bearer: str | None = None) -> Configuration:
    """Return the live configuration. Raises :class:`UsageError` if the API does not respond or a response is
    incomplete.

    ``bearer`` is a token for an API behind the edge.
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"--traefik-api is {url!r}: it must be an http:// or https:// URL")
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
        notes=("the API doesn't report the access log's fields. Set --traefik-static to check them",),
    )


def _entry_point(options: Options) -> EntryPoint:
    """Return an entry point. The API omits false values, and the whole section if it equals Traefik's defaults (all
    allowed).
    """
    encoded = (options.get("http") or {}).get("encodedCharacters")
    allowed = ENCODED_CHARACTERS if encoded is None else tuple(key for key in ENCODED_CHARACTERS if encoded.get(key))
    return EntryPoint(str(options["name"]), options, allowed)
