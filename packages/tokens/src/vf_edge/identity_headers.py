"""The identity headers, the only way an identity travels from the edge to a service (docs/headers.md).

Values are percent-encoded UTF-8: everything except letters, digits, ``_.-~`` and ``@``. So a name with CR/LF, commas or
emoji arrives unchanged and can't split a header.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from vf_tokens import Identity, assertion

USER_ID = "X-User-Id"
USER_NAME = "X-User-Name"
USER_EMAIL = "X-User-Email"
USER_ROLES = "X-User-Roles"
USER_SESSION = "X-User-Session"
USER_ASSERTION = "X-User-Assertion"
REQUEST_ID = "X-Request-Id"

IDENTITY_HEADERS = (USER_ID, USER_NAME, USER_EMAIL, USER_ROLES, USER_SESSION, USER_ASSERTION)
"""The headers of each response that allows a request. All are empty for an anonymous request."""

_MAX_BYTES = 8000
"""Longest header that is sent to a service: gunicorn reads lines of 8,190 bytes, name included."""

_MAX_STATEMENT_BYTES = 5600
"""With times, header, signature and base64, a statement of this length makes an assertion of the length above."""

_LONGEST_CHARACTER = 12
"""Bytes of one character with four bytes in UTF-8, percent-encoded."""

_plain = re.compile(r"[A-Za-z0-9_.~@-]*").fullmatch
"""What percent-encoding leaves as it is."""

ANONYMOUS: Mapping[str, str] = dict.fromkeys(IDENTITY_HEADERS, "")


def encode(identity: Identity, assertion: str) -> dict[str, str]:
    """Return the headers that pass ``identity`` to a service, with the assertion that proves them."""
    return {
        USER_ID: _quote(identity.user_id),
        USER_NAME: _quote(identity.username),
        USER_EMAIL: _quote(identity.email),
        USER_ROLES: ",".join(map(_quote, identity.roles)),
        USER_SESSION: _quote(identity.session_id),
        USER_ASSERTION: assertion,
    }


def decode(headers: Mapping[str, str], actor_id: str = "") -> Identity:
    """Undo :func:`encode`. The result is a claim until a verified assertion matches it.

    No header has the ``actor_id``: only the assertion does.
    """
    roles = headers.get(USER_ROLES, "")
    return Identity(
        user_id=unquote(headers.get(USER_ID, "")),
        username=unquote(headers.get(USER_NAME, "")),
        email=unquote(headers.get(USER_EMAIL, "")),
        roles=tuple(map(unquote, roles.split(","))) if roles else (),
        session_id=unquote(headers.get(USER_SESSION, "")),
        actor_id=actor_id,
    )


def is_too_long(identity: Identity) -> bool:
    """True if services would answer 431 to its headers. Percent-encoding triples the size of non-ASCII text."""
    texts = (
        identity.user_id,
        identity.username,
        identity.email,
        identity.session_id,
        identity.actor_id,
        *identity.roles,
    )
    if sum(map(len, texts)) * _LONGEST_CHARACTER <= _MAX_STATEMENT_BYTES / 2:
        return False
    longest = max(map(len, encode(identity, "").values()))
    return longest > _MAX_BYTES or len(assertion.statement(identity, "")) > _MAX_STATEMENT_BYTES


def _quote(value: str) -> str:
    return value if _plain(value) else quote(value, safe="@")
