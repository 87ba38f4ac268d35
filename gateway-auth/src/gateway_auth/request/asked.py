"""What the proxy asks: one request to the gateway, before anything of it is read."""

from collections.abc import Sequence
from typing import NamedTuple


class Asked(NamedTuple):
    """Method, target and header lines of the proxy's own request, as they came."""

    method: str
    path: str
    query: str
    """The route's rule."""
    lines: Sequence[tuple[bytes, bytes]]
