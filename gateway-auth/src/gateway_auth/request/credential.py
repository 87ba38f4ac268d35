"""Which credential a request brings (RFC 6750 §2.1, then our cookies).

Three outcomes: a credential, none, or a denial. A present but malformed one is never "none": that
would turn an attack into an anonymous request, or worse, hand the choice to a second credential.
"""

import re
from dataclasses import dataclass

from vf_edge import cookies

from ..denials import AmbiguousCookie, BadRequest, CookiesTooLarge, InvalidToken
from .lines import HeaderLines

_BEARER = re.compile(rb"bearer ([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)
"""RFC 6750 §2.1: the scheme in any case, one space, a b64token."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A token and how it came; its content is not looked at yet."""

    token: bytes
    from_cookie: bool
    """A browser adds a cookie by itself, so the cross-site rule applies to it."""


def read_credential(
    headers: HeaderLines, names: tuple[bytes, ...] = cookies.DEFAULT_NAMES.credentials
) -> Credential | None:
    """``Authorization: Bearer``, else the first cookie of ``names`` that is there, else None.

    Raises :class:`BadRequest` for two credentials of one kind, :class:`CookiesTooLarge`, and :class:`InvalidToken`
    for an ``Authorization`` that is not a well-formed Bearer.
    """
    lines = headers.every(b"authorization")
    if len(lines) > 1:
        raise BadRequest("two Authorization headers")
    if lines:
        return _read_bearer(lines[0])
    if headers.cookies_too_large:
        raise CookiesTooLarge("the cookies are too large to be read")
    return _read_cookie(headers.every(b"cookie"), names)


def _read_bearer(value: bytes) -> Credential:
    match = _BEARER.fullmatch(value)
    if match is None:
        raise InvalidToken("Authorization is not a well-formed Bearer")
    return Credential(match[1], from_cookie=False)


def _read_cookie(lines: list[bytes], names: tuple[bytes, ...]) -> Credential | None:
    if len(lines) > 1:
        raise AmbiguousCookie("two Cookie headers")
    found = [cookies.values(lines[0], name) for name in names] if lines else []
    if any(len(values) > 1 for values in found):
        raise AmbiguousCookie("two cookies of one name")
    return next((Credential(values[0], from_cookie=True) for values in found if values), None)
