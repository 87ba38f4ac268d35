"""The header lines of a request as they came: bytes, in order, repeated lines kept apart."""

from collections.abc import Iterable

from .errors import BadRequest, TooLarge

MAX_LINE_BYTES = 8190
"""Longest header value that is read; what nginx and Apache allow by default."""

MAX_HEAD_BYTES = 65_536
"""Longest sum of all header lines."""


class HeaderLines:
    """Header values by lower-case name. Raises :class:`TooLarge` for an oversized line or head."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._lines: dict[bytes, list[bytes]] = {}
        total = 0
        for name, value in raw:
            total += len(name) + len(value)
            if len(value) > MAX_LINE_BYTES:
                raise TooLarge("a header line is too long")
            self._lines.setdefault(name.lower(), []).append(value)
        if total > MAX_HEAD_BYTES:
            raise TooLarge("the headers together are too long")

    def every(self, name: bytes) -> list[bytes]:
        """All values of ``name`` (lower case), in order."""
        return self._lines.get(name, [])

    def single(self, name: bytes) -> str | None:
        """The value of a header that may stand once. Raises :class:`BadRequest` if it is repeated or not ASCII."""
        values = self._lines.get(name)
        if values is None:
            return None
        if len(values) > 1:
            raise BadRequest(f"header {name.decode('ascii', 'replace')} is repeated")
        try:
            return values[0].decode("ascii")
        except UnicodeDecodeError as error:
            raise BadRequest(f"header {name.decode('ascii', 'replace')} is not ASCII") from error
