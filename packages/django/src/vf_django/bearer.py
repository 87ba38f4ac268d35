"""Which credential a request to a service in direct mode brings: three outcomes, a credential, none, or bad."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vf_edge import cookies

_BEARER = re.compile(r"bearer ([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)
"""RFC 6750 §2.1: the scheme in any case, one space, a b64token. Two headers, joined by a comma, do not match."""


class MalformedCredential(Exception):
    """Something that wants to be a credential and is none."""


class AmbiguousCredential(Exception):
    """Two cookies of one name: which is meant is the attacker's choice, so neither is."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A token and how it came."""

    token: bytes
    from_cookie: bool
    """A browser adds a cookie by itself, so the cross-site rule applies to it."""


def read_credential(
    environ: Mapping[str, Any], names: tuple[bytes, ...] = cookies.DEFAULT_NAMES.credentials
) -> Credential | None:
    """``Authorization``, else the first cookie of ``names`` that is there, else None, from a WSGI environ.

    Raises :class:`MalformedCredential` or :class:`AmbiguousCredential`.
    """
    authorization = environ.get("HTTP_AUTHORIZATION")
    if authorization is not None:
        match = _BEARER.fullmatch(authorization)
        if match is None:
            raise MalformedCredential("Authorization is not a well-formed Bearer")
        return Credential(match[1].encode("ascii"), from_cookie=False)
    return _read_cookie(environ.get("HTTP_COOKIE", ""), names)


def _read_cookie(header: str, names: tuple[bytes, ...]) -> Credential | None:
    """Django's own ``request.COOKIES`` reads U+2000 + ``jwt`` as ``jwt`` and lets the last of two win."""
    raw = header.encode("latin-1", "replace")  # WSGI hands bytes over as latin-1 (PEP 3333)
    found = [cookies.values(raw, name) for name in names]
    if any(len(values) > 1 for values in found):
        raise AmbiguousCredential("two cookies of one name")
    return next((Credential(values[0], from_cookie=True) for values in found if values), None)
