"""Request ids: made here, because Traefik makes none and a client's own cannot be trusted in a log."""

import itertools
import secrets


class RequestIds:
    """Ids of 24 hexadecimal digits that are unique across workers and cheap: a random prefix and a count."""

    def __init__(self) -> None:
        self.prefix = secrets.token_hex(7)
        self.count = itertools.count(1).__next__
        """``count()``: the number of a new id."""

    def next(self) -> str:
        """A new id: the prefix and ten digits."""
        return f"{self.prefix}{self.count():010x}"
