"""Cookie names, and a strict reader of the ``Cookie`` header.

Django and aiohttp both read a cookie named U+2000 + ``jwt`` as ``jwt``, and use the last of two. This reader compares
bytes: a name matches exactly or not at all (RFC 6265 §4.2.1).
"""

import re
from dataclasses import dataclass

MAX_PREFIX_CHARACTERS = 32
_PREFIX = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_.-]{{0,{MAX_PREFIX_CHARACTERS - 1}}}")


@dataclass(frozen=True, slots=True)
class CookieNames:
    """The names of the platform's cookies, each with the prefix of ``VF_COOKIE_PREFIX``.

    Those with a path below ``/api/`` can exist twice: for ``/api/v1/`` too, with the cookie :attr:`versioned`.

    Raises :class:`ValueError` for an invalid prefix, with text that follows "it must be".
    """

    prefix: str = ""

    def __post_init__(self) -> None:
        if self.prefix and not _PREFIX.fullmatch(self.prefix):
            raise ValueError(
                f"up to {MAX_PREFIX_CHARACTERS} letters, digits, '_', '.' and '-' that begin with a letter or digit "
                "(__Host- and __Secure- demand attributes that these cookies do not all have)"
            )

    @property
    def access(self) -> str:
        """HttpOnly: the access token that the gateway reads first."""
        return f"{self.prefix}jwt"

    @property
    def script(self) -> str:
        """The access token for scripts, unless ``VF_JS_TOKEN_COOKIE=off``."""
        return f"{self.prefix}jwt_token"

    @property
    def refresh(self) -> str:
        """HttpOnly, ``Path=/api/auth/``: the refresh token."""
        return f"{self.prefix}jwt_refresh"

    @property
    def versioned(self) -> str:
        """HttpOnly, ``Path=/api/auth/``: this browser has the refresh cookie for ``/api/v1/auth/`` too."""
        return f"{self.prefix}vf_versioned"

    @property
    def known(self) -> str:
        """HttpOnly, ``Path=/api/auth/``: marks of the accounts that have signed in from this browser."""
        return f"{self.prefix}vf_known"

    @property
    def trusted(self) -> str:
        """HttpOnly, ``Path=/api/auth/login/``: marks of the accounts that trust this browser with a password alone."""
        return f"{self.prefix}vf_trusted"

    @property
    def flow(self) -> str:
        """HttpOnly, ``Path=/api/auth/``: the key of a sign-in or another flow that needs further steps."""
        return f"{self.prefix}vf_flow"

    @property
    def continuations(self) -> str:
        """HttpOnly, ``Path=/api/auth/continue/``: the number of consecutive redirects of the browser to this path."""
        return f"{self.prefix}vf_continue"

    @property
    def credentials(self) -> tuple[bytes, bytes]:
        """The cookie names in which to look for an access token, in order."""
        return self.access.encode(), self.script.encode()


DEFAULT_NAMES = CookieNames()


def is_in_two_lines(header: bytes, name: bytes) -> bool:
    """Return True if a second ``Cookie`` line has the cookie ``name``.

    WSGI servers join the lines of a request with a comma, which hides the second line in a value of the first one.
    """
    return b"," in header and re.search(rb",[ \t]*" + re.escape(name) + rb"=", header) is not None


def values(header: bytes, name: bytes) -> list[bytes]:
    """Return every value of the cookie ``name`` in one ``Cookie`` header, in order.

    Pairs are separated by ``;`` and at most one space. Any other white space is part of a name or value, so `` jwt``
    with a tab or a Unicode space in front is another cookie.
    """
    found = []
    for pair in header.split(b";"):
        key, equals, value = pair.removeprefix(b" ").partition(b"=")
        if equals and key == name:
            found.append(value)
    return found
