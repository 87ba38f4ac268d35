"""The cross-site rule: whether a browser's cookie may authenticate a request.

Any page can make a browser send a cookie, but not a bearer token. So for a cookie with an unsafe method (or a WebSocket
handshake, which ``SameSite`` and CORS do not stop), ``Sec-Fetch-Site`` and ``Origin`` decide. Browsers set both, and
pages can't. A request with neither doesn't come from a current browser, but from curl or a library.
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
    """Return True if a cookie may authenticate this request (docs/headers.md).

    ``fetch_site`` and ``origin`` are the ``Sec-Fetch-Site`` and ``Origin`` headers, None if missing.
    """
    if method in SAFE_METHODS and not websocket:
        return True
    if fetch_site in _OWN_SITES:
        return True
    if origin is not None:
        return origin in allowed_origins
    return fetch_site is None
