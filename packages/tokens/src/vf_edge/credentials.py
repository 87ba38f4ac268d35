"""Which credential a request brings (RFC 6750 §2.1, then the session cookies), for the gateway and for direct mode.

A present but malformed credential is an error, never "none": otherwise an attack would become an anonymous request, or
the choice would pass to a second credential.
"""

import re
from typing import NamedTuple

from . import cookies

_BEARER = re.compile(rb"[Bb][Ee][Aa][Rr][Ee][Rr] ([A-Za-z0-9._~+/-]+=*)")
"""RFC 6750 §2.1: the scheme in any case, one space, a b64token. Two headers, joined by a comma, do not match."""


class MalformedCredential(Exception):
    """An ``Authorization`` header that is not a well-formed bearer token."""


class AmbiguousCredential(Exception):
    """Two credentials of one kind. An attacker might choose which one is used, so neither is."""


class Credential(NamedTuple):
    """A token and how it came. Its content is not looked at yet."""

    token: bytes
    from_cookie: bool
    """A browser adds a cookie by itself, so the cross-site rule applies to it."""


def read_credential(authorization: bytes | None, cookie: bytes | None, names: tuple[bytes, ...]) -> Credential | None:
    """The bearer token in ``Authorization``, else the first cookie of ``names`` in the ``Cookie`` header, else None.

    Raises :class:`MalformedCredential` or :class:`AmbiguousCredential`.
    """
    if authorization is not None:
        match = _BEARER.fullmatch(authorization)
        if match is None:
            raise MalformedCredential("Authorization is not a well-formed Bearer")
        return Credential(match[1], from_cookie=False)
    found = [cookies.values(cookie, name) for name in names] if cookie else []
    if any(len(values) > 1 for values in found) or any(cookies.is_in_two_lines(cookie or b"", name) for name in names):
        raise AmbiguousCredential("two cookies of one name")
    return next((Credential(values[0], from_cookie=True) for values in found if values), None)
