"""The cross-site rule: may a browser's cookie stand for the person behind this request?

A cookie is sent by any page that makes the browser ask; a Bearer token is not. So for a cookie and an unsafe
method (or a WebSocket handshake, which ``SameSite`` and CORS do not stop), the browser's own word about
where the request comes from decides. ``Sec-Fetch-Site`` and ``Origin`` are set by the browser and
cannot be set by a page. With neither, the client is no current browser: curl, a library.
"""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""RFC 9110 §9.2.1."""

_OWN_SITES = frozenset({"same-origin", "none"})


def is_allowed(
    *,
    method: str,
    websocket: bool,
    fetch_site: str | None,
    origin: str | None,
    allowed_origins: frozenset[str],
) -> bool:
    """True if a cookie may be believed on this request (docs/headers.md).

    ``fetch_site`` and ``origin`` are the ``Sec-Fetch-Site`` and ``Origin`` headers, None when absent.
    """
    if method in SAFE_METHODS and not websocket:
        return True
    if fetch_site in _OWN_SITES:
        return True
    if origin is not None:
        return origin in allowed_origins
    return fetch_site is None
