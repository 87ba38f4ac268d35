"""Is this an access token? What tells it from the refresh, ID and other tokens that the same key signs.

An issuer signs more than access tokens, often with the same audience: djangorestframework-simplejwt's refresh token,
Keycloak's and Cognito's ID tokens, logout tokens. Most say what they are, each in a claim of its own. So a token that
says it is something else is refused without any setting, and one of a kind that says nothing passes.
"""

import re
from collections.abc import Mapping
from typing import Any

from .claim_paths import find
from .errors import WrongTokenKind

Wanted = str | int | bool

KIND_CLAIMS = ("token_use", "token_type", "typ", "use")
"""Cognito, simplejwt, Keycloak and this project. Whatever stands there must be a word for an access token: a project's
own kinds, such as one for resetting a password, are signed by the same key."""

_ACCESS_WORDS = frozenset({"access", "accesstoken", "at", "at+jwt", "application/at+jwt", "bearer", "jwt"})

_LOOSE_CLAIMS = ("type", "tokenType", "tokenUse", "token_kind", "tokenKind", "kind", "purpose", "action", "intent")
"""Names that mean other things too (``type`` is flask-jwt-extended's): refused are only words for another kind."""

_OTHER_KINDS = (
    *("refresh", "offline", "logout", "recover", "unlock", "unsubscribe", "reset", "verify", "verification"),
    *("confirm", "activate", "activation", "magic", "invite", "invitation", "challenge"),
)
"""What is a word for another kind wherever it stands: ``passwordreset``, ``email_verification``, ``MagicLink``."""

_OTHER_SHORT_KINDS = frozenset({"id", "idtoken", "rt", "otp", "mfa", "2fa"})
"""Too short for that: only as a word of its own."""

_WORD = re.compile(r"[A-Z]*[a-z0-9]+|[A-Z]+")

_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt", "application/okta-internal-at+jwt"})


def check_type(header: Mapping[str, Any]) -> None:
    """Refuse a ``typ`` header that names another kind, such as ``logout+jwt`` (RFC 8725 §3.11). Absent is accepted."""
    typ = header.get("typ")
    if typ is not None and not (isinstance(typ, str) and typ.lower() in _TYPES):
        raise WrongTokenKind("the token's typ header is not an access token's")


def check_claims(payload: Mapping[str, Any], required: Mapping[str, tuple[Wanted, ...]]) -> None:
    """Refuse a token that says it is of another kind, or does not meet one of ``required``.

    A claim that ``required`` names is left to it. Raises :class:`WrongTokenKind`.
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
            raise WrongTokenKind(f"claim {path} is not what 'require' asks for")


def _word(value: object) -> str:
    """Letter case and divisions do not matter: ``Refresh``, ``refresh_token``, ``refresh-token``."""
    return value.lower().replace("_", "").replace("-", "") if isinstance(value, str) else ""


def _names_another_kind(value: object) -> bool:
    return any(_is_another_kind(text) for text in (value if isinstance(value, list) else [value]))


def _is_another_kind(text: object) -> bool:
    if not isinstance(text, str):
        return False
    words = {_word(text), *map(str.lower, _WORD.findall(text))}
    return bool(words & _OTHER_SHORT_KINDS) or any(kind in _word(text) for kind in _OTHER_KINDS)


def _meets(value: object, path: str, accepted: tuple[Wanted, ...]) -> bool:
    """One of the claim's values is one of those accepted; in Python ``True == 1``, in a token they are different."""
    if isinstance(value, str) and path.rpartition(".")[2] in ("scope", "scp"):
        values: list[object] = [*value.split(), value]
    else:
        values = value if isinstance(value, list) else [value]
    return any(type(one) is type(wanted) and one == wanted for one in values for wanted in accepted)
