"""Which credential a request to the gateway brings: one, none, or a denial (``vf_edge.credentials`` has the rule)."""

from vf_edge import cookies, credentials
from vf_edge.credentials import AmbiguousCredential, Credential, MalformedCredential

from ..denials import AmbiguousCookie, BadRequest, CookiesTooLarge, InvalidToken
from .lines import HeaderLines

__all__ = ["Credential", "read_credential"]


def read_credential(
    headers: HeaderLines, names: tuple[bytes, ...] = cookies.DEFAULT_NAMES.credentials
) -> Credential | None:
    """``Authorization: Bearer``, else the first cookie of ``names`` that is there, else None.

    Raises :class:`BadRequest` for two headers or cookies of one kind, :class:`CookiesTooLarge`, and
    :class:`InvalidToken` for an ``Authorization`` that is not a well-formed bearer token.
    """
    lines = headers.every(b"authorization")
    if len(lines) > 1:
        raise BadRequest("two Authorization headers")
    if not lines and headers.cookies_too_large:
        raise CookiesTooLarge("the cookies are too large to be read")
    cookie = headers.every(b"cookie")
    if not lines and len(cookie) > 1:
        raise AmbiguousCookie("two Cookie headers")
    try:
        return credentials.read_credential(lines[0] if lines else None, cookie[0] if cookie else None, names)
    except AmbiguousCredential as error:
        raise AmbiguousCookie(str(error)) from error
    except MalformedCredential as error:
        raise InvalidToken(str(error)) from error
