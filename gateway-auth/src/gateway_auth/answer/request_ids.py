"""Request ids: made here, because Traefik makes none and a client's own cannot be trusted in a log."""

import secrets
from itertools import product

_THREE_DIGITS = [b"%03x" % number for number in range(4096)]
_REST_LENGTH = 12


class RequestIds:
    """Ids of 24 hexadecimal digits that are unique across workers and cheap: a random prefix and a count."""

    def __init__(self) -> None:
        self.prefix = secrets.token_hex(6)
        last = [digits + b"\r\n\r\n" for digits in _THREE_DIGITS]
        self.end_of_head = map(b"".join, product(_THREE_DIGITS, _THREE_DIGITS, _THREE_DIGITS, last)).__next__
        """``end_of_head()``: the other twelve digits of a new id, and the end of the answer's head that they stand at.
        Put together from what is there already, for the hot path: formatting a number costs twice as much."""

    def next(self) -> str:
        """A new id."""
        return self.id_of(self.end_of_head())

    def id_of(self, end_of_head: bytes) -> str:
        """The id whose end this is."""
        return self.prefix + end_of_head[:_REST_LENGTH].decode()
