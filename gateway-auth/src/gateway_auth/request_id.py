"""Request ids: made here, because Traefik makes none and a client's own cannot be trusted in a log."""

import itertools
import secrets


class RequestIds:
    """Ids that are unique across workers and cheap: a random prefix and a count."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(8)
        self._count = itertools.count(1)

    def next(self) -> str:
        """A new id of 24 hexadecimal digits."""
        return f"{self._prefix}{next(self._count) & 0xFFFFFFFF:08x}"
