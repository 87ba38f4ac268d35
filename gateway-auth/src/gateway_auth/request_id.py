"""Request ids: made here, because Traefik makes none and a client's own cannot be trusted in a log."""

import itertools
import secrets


class RequestIds:
    """Ids of 24 hexadecimal digits that are unique across workers and cheap: a random prefix and a count."""

    def __init__(self) -> None:
        self.prefix = secrets.token_hex(7)
        self._count = itertools.count(1).__next__

    def next(self) -> str:
        """A new id."""
        return self.prefix + self.next_ending().decode()

    def next_ending(self) -> bytes:
        """What follows the prefix in a new id."""
        return b"%010x" % self._count()
