"""Which credential a request to a service in direct mode brings, from a WSGI environ."""

from collections.abc import Mapping
from typing import Any

from vf_edge import cookies, credentials
from vf_edge.credentials import AmbiguousCredential, Credential, MalformedCredential

__all__ = ["AmbiguousCredential", "Credential", "MalformedCredential", "read_credential"]


def read_credential(
    environ: Mapping[str, Any], names: tuple[bytes, ...] = cookies.DEFAULT_NAMES.credentials
) -> Credential | None:
    """As :func:`vf_edge.credentials.read_credential`. WSGI hands bytes over as latin-1 (PEP 3333).

    Django's own ``request.COOKIES`` reads U+2000 + ``jwt`` as ``jwt`` and lets the last of two win.
    """
    authorization, cookie = environ.get("HTTP_AUTHORIZATION"), environ.get("HTTP_COOKIE", "")
    raw = None if authorization is None else authorization.encode("latin-1", "replace")
    return credentials.read_credential(raw, cookie.encode("latin-1", "replace"), names)
