"""The header lines of a request as they came: bytes, in order, repeated lines kept apart."""

from collections.abc import Iterable

from ..denials import BadRequest, TooLarge

MAX_LINE_BYTES = 8190
"""Longest header value that is read; what nginx and Apache allow by default."""

MAX_HEAD_BYTES = 65_536
"""Longest sum of all header lines."""


_COOKIE = b"cookie"


class HeaderLines:
    """Header values by lower-case name. Raises :class:`TooLarge` for an oversized line or head.

    Oversized cookies are left out instead, with ``cookies_too_large`` set: a browser sends them everywhere, also
    to the page where the user could sign in again, and who needs none of them need not refuse.
    """

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._lines: dict[bytes, list[bytes]] = {}
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
            self._lines.setdefault(key, []).append(value)
        if total > MAX_HEAD_BYTES:
            total -= sum(len(_COOKIE) + len(value) for value in self._lines.pop(_COOKIE, ()))
            self.cookies_too_large = True
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
