"""The original request, rebuilt from what the proxy says about it (``X-Forwarded-*``).

Traefik removes a client's own ``X-Forwarded-*`` and sets each exactly once. A request without them did
not come through a proxy, and one with two of a kind is an attempt to have two readers disagree.
"""

import re
from typing import NamedTuple

from ..denials import BadRequest
from .lines import HeaderLines

_METHOD = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,32}")
"""Any token (RFC 9110 §9.1): WebDAV, QUERY, and what one service made up are the service's business. Whatever is not
known to be safe counts as unsafe."""

_NEVER = frozenset({"CONNECT", "TRACE"})
"""A tunnel past the edge, and an answer that holds the credential."""

_SCHEMES = {"http": ("http", False), "https": ("https", False), "ws": ("http", True), "wss": ("https", True)}
"""``X-Forwarded-Proto`` to (scheme, WebSocket handshake)."""

_HANDSHAKE = b"sec-websocket-version"
"""A browser sends it with each WebSocket handshake (RFC 6455 §4.1), and no page can keep it from that. Traefik
says ``ws`` only where it trusts a client's ``X-Forwarded-Proto``, which it must not."""

_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_URI = re.compile(r"/[!-~]*")


class ForwardedRequest(NamedTuple):
    """What a client asked for at the entry point."""

    method: str
    scheme: str
    host: str
    """With the port, if the client named one."""
    uri: str
    """Path and query as sent, not decoded."""
    websocket: bool
    navigation: bool
    """A browser loads a page: it can follow a redirect to the sign-in, a script cannot."""
    origin: str | None
    fetch_site: str | None


def read_forwarded(headers: HeaderLines) -> ForwardedRequest:
    """Rebuild the original request. Raises :class:`BadRequest` if a part is missing, repeated or odd."""
    method = _required(headers, b"x-forwarded-method")
    scheme = _SCHEMES.get(_required(headers, b"x-forwarded-proto"))
    host = _required(headers, b"x-forwarded-host")
    uri = _required(headers, b"x-forwarded-uri")
    if (
        not _METHOD.fullmatch(method)
        or method.upper() in _NEVER
        or scheme is None
        or not _HOST.fullmatch(host)
        or not _URI.fullmatch(uri)
    ):
        raise BadRequest("X-Forwarded-Method, -Proto, -Host or -Uri is not of its form")
    websocket = scheme[1] or bool(headers.every(_HANDSHAKE))
    return ForwardedRequest(
        method=method,
        scheme=scheme[0],
        host=host,
        uri=uri,
        websocket=websocket,
        navigation=not websocket and method in ("GET", "HEAD") and _is_navigation(headers),
        origin=headers.single(b"origin"),
        fetch_site=headers.single(b"sec-fetch-site"),
    )


def _required(headers: HeaderLines, name: bytes) -> str:
    value = headers.single(name)
    if value is None:
        raise BadRequest(f"header {name.decode()} is missing")
    return value


def _is_navigation(headers: HeaderLines) -> bool:
    mode = headers.every(b"sec-fetch-mode")
    if mode:
        return mode == [b"navigate"]
    return any(b"text/html" in accept for accept in headers.every(b"accept"))
