"""Distinction between access tokens and the refresh, ID and other tokens that one key signs.

Issuers sign more than access tokens, often for the same audience: djangorestframework-simplejwt's refresh token,
Keycloak's and Cognito's ID tokens, logout tokens. Most name their kind, each in a claim of its own. A token that names
another kind is rejected without any setting. A token that names no kind is accepted.
"""

import re
from collections.abc import Mapping
from typing import Any

from .claim_paths import find
from .errors import WrongTokenKind

Wanted = str | int | bool

KIND_CLAIMS = ("token_use", "token_type", "typ", "use")
"""Claims of Cognito, simplejwt, Keycloak and this project. Their value must be a word for an access token: a project
signs its own kinds, such as a password reset token, with the same key.
"""

_ACCESS_WORDS = frozenset({"access", "accesstoken", "at", "at+jwt", "application/at+jwt", "bearer", "jwt"})

_LOOSE_CLAIMS = ("type", "tokenType", "tokenUse", "token_kind", "tokenKind", "kind", "purpose", "action", "intent")
"""Claims that have other meanings too (``type`` is flask-jwt-extended's). Only words for another kind are rejected."""

_OTHER_KINDS = (
    *("refresh", "offline", "logout", "recover", "unlock", "unsubscribe", "reset", "verify", "verification"),
    *("confirm", "activate", "activation", "magic", "invite", "invitation", "challenge"),
)
"""Words for another kind, even as part of a longer word: ``passwordreset``, ``email_verification``, ``MagicLink``."""

_OTHER_SHORT_KINDS = frozenset({"id", "idtoken", "rt", "otp", "mfa", "2fa"})
"""Words for another kind that are too short to match inside a longer word."""

_WORD = re.compile(r"[A-Z]*[a-z0-9]+|[A-Z]+")

_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt", "application/okta-internal-at+jwt"})


def check_type(header: Mapping[str, Any]) -> None:
    """Reject a ``typ`` header that names another kind, such as ``logout+jwt`` (RFC 8725 §3.11). It may be missing."""
    typ = header.get("typ")
    if typ is not None and not (isinstance(typ, str) and typ.lower() in _TYPES):
        raise WrongTokenKind("the token's typ header is not an access token's")


def check_claims(payload: Mapping[str, Any], required: Mapping[str, tuple[Wanted, ...]]) -> None:
    """Reject a token that names another kind, or doesn't meet ``required``.

    A claim in ``required`` is checked only against its accepted values. Raises :class:`WrongTokenKind`.
    """
    for name in KIND_CLAIMS:
        value = payload.get(name)
        if value is not None and name not in required and _word(value) not in _ACCESS_WORDS:
            raise WrongTokenKind(f"claim {name} says that this is not an access token")
    for name in _LOOSE_CLAIMS:
        if name not in required and _names_another_kind(payload.get(name)):
            raise WrongTokenKind(f"claim {name} says that this is not an access token")
    if "events" not in required and isinstance(payload.get("events"), dict):
        raise WrongTokenKind("claim events says that this is a security event or logout token")  # RFC 8417 §2.2
    for path, accepted in required.items():
        if not _meets(find(payload, path), path, accepted):
            raise WrongTokenKind(f"claim {path} has no value that 'require' accepts")


def _word(value: object) -> str:
    """Return the word in lowercase without separators: ``Refresh``, ``refresh_token``, ``refresh-token``."""
    return value.lower().replace("_", "").replace("-", "") if isinstance(value, str) else ""


def _names_another_kind(value: object) -> bool:
    return any(_is_another_kind(text) for text in (value if isinstance(value, list) else [value]))


def _is_another_kind(text: object) -> bool:
    if not isinstance(text, str):
        return False
    words = {_word(text), *map(str.lower, _WORD.findall(text))}
    return bool(words & _OTHER_SHORT_KINDS) or any(kind in _word(text) for kind in _OTHER_KINDS)


def _meets(value: object, path: str, accepted: tuple[Wanted, ...]) -> bool:
    """Return True if a value is accepted. Types must match, because ``True == 1`` in Python."""
    if isinstance(value, str) and path.rpartition(".")[2] in ("scope", "scp"):
        values: list[object] = [*value.split(), value]
    else:
        values = value if isinstance(value, list) else [value]
    return any(type(one) is type(wanted) and one == wanted for one in values for wanted in accepted)
