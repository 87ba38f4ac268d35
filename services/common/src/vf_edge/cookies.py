"""Cookie names, and a strict reader of the ``Cookie`` header.

Django and aiohttp both read a cookie named U+2000 + ``jwt`` as ``jwt``, and let the last of two win.
This reader takes the bytes as they came: a name matches exactly or not at all (RFC 6265 §4.2.1).
"""

ACCESS_COOKIE = "jwt"
"""HttpOnly: the access token, what the gateway reads first."""

SCRIPT_COOKIE = "jwt_token"
"""The same token for scripts, unless ``VF_JS_TOKEN_COOKIE=off``."""

REFRESH_COOKIE = "jwt_refresh"
"""HttpOnly, ``Path=/api/auth/``: the refresh token."""


def values(header: bytes, name: bytes) -> list[bytes]:
    """Every value of the cookie ``name`` in one ``Cookie`` header, in order.

    Pairs are divided by ``;`` and at most one space. Any other white space belongs to a name or value,
    which is why `` jwt`` with a tab or a Unicode space in front is another cookie.
    """
    found = []
    for pair in header.split(b";"):
        key, equals, value = pair.removeprefix(b" ").partition(b"=")
        if equals and key == name:
            found.append(value)
    return found
