"""What the proxy asks, before anything in it is read, and its header lines by name."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..denials import BadRequest, TooLarge

MAX_LINE_BYTES = 8190
"""Longest header value that is read; what nginx and Apache allow by default."""

MAX_HEAD_BYTES = 65_536
"""Longest sum of all header lines."""

_COOKIE = b"cookie"


class Asked(NamedTuple):
    """Method, target and header lines of the proxy's own request, as they came."""

    method: str
    path: str
    query: str
    """The route's rule."""
    lines: Sequence[tuple[bytes, bytes]]


class HeaderLines:
    """Header values by lower-case name: bytes, in order, repeated lines kept apart.

    Raises :class:`TooLarge` for an oversized line or head. Oversized cookies are left out instead,
    and ``cookies_too_large`` is set: browsers send them everywhere, also to pages that need no credential.
    """

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        lines: dict[bytes, list[bytes]] = {}
        self._lines = lines
        self.cookies_too_large = False
        total = 0
        for name, value in raw:
            key = name.lower()
            if len(value) > MAX_LINE_BYTES:
                if key != _COOKIE:
                    raise TooLarge("a header line is too long")
                self.cookies_too_large = True
                continue
            total += len(name) + len(value)
            if key in lines:
                lines[key].append(value)
            else:
                lines[key] = [value]
        if total > MAX_HEAD_BYTES:
            total -= sum(len(_COOKIE) + len(value) for value in lines.pop(_COOKIE, ()))
            self.cookies_too_large = True
            if total > MAX_HEAD_BYTES:
                raise TooLarge("the headers together are too long")

    def every(self, name: bytes) -> list[bytes]:
        """All values of ``name`` (lower case), in order."""
        return self._lines.get(name, [])

    def single(self, name: bytes) -> str | None:
        """The value of a header that may occur once. Raises :class:`BadRequest` if it is repeated or not ASCII."""
        values = self._lines.get(name)
        if values is None:
            return None
        if len(values) > 1:
            raise BadRequest(f"header {name.decode()} is repeated")
        if not values[0].isascii():
            raise BadRequest(f"header {name.decode()} is not ASCII")
        return values[0].decode()
