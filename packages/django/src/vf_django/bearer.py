"""The credential of a request in direct mode: valid in form, missing, or malformed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vf_edge import cookies

_BEARER = re.compile(r"bearer ([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)
"""RFC 6750 §2.1: the scheme in any letter case, one space, a b64token. Two headers, joined by a comma, do not match."""


class MalformedCredential(Exception):
    """A header or cookie that is meant as a credential and is malformed."""


class AmbiguousCredential(Exception):
    """Two cookies with the same name: an attacker could choose which of them is used, so both are rejected."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A token and where it came from."""

    token: bytes
    from_cookie: bool
    """True if the token came in a cookie. Browsers add cookies by themselves, so the cross-site rule applies."""


def read_credential(
    environ: Mapping[str, Any], names: tuple[bytes, ...] = cookies.DEFAULT_NAMES.credentials
) -> Credential | None:
    """Return the credential in a WSGI environ: ``Authorization``, else the first cookie in ``names`` that is present,
    else None.

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
    """Return the cookie's value. Django's own ``request.COOKIES`` reads U+2000 + ``jwt`` as ``jwt`` and uses the last
    of two.
    """
    raw = header.encode("latin-1", "replace")  # WSGI passes bytes as latin-1 (PEP 3333)
    found = [cookies.values(raw, name) for name in names]
    if any(len(values) > 1 for values in found):
        raise AmbiguousCredential("two cookies of one name")
    return next((Credential(values[0], from_cookie=True) for values in found if values), None)
