"""Validators for usernames and lists of roles."""

from django.core.exceptions import ValidationError

from vf_service.folding import fold
from vf_tokens import Identity
from vf_tokens.claims import MAX_ROLES

from ..configuration import current
from ..roles import is_name
from ..signing import token_sizes


def validate_username(username: str) -> None:
    """Accept any printable text without ``@``, which distinguishes an email address from a username."""
    if not username.isprintable() or username != username.strip() or "@" in username or not fold(username):
        raise ValidationError(
            "Usernames can't contain @ or control characters, or start or end with a space.", code="invalid_username"
        )


def validate_letter_case(username: str) -> None:
    """Reject a name whose uppercase form is a different name.

    Only misordered marks cause that: a Greek iota subscript (U+0345) becomes a letter in uppercase, without moving.
    """
    forms = (username.upper(), username.lower(), username.title(), username.swapcase())
    if any(fold(form) != fold(username) for form in forms):
        raise ValidationError({"username": "The username's accents must be in Unicode order."})


def validate_roles(roles: object) -> None:
    """Accept a list of distinct roles of ``VF_ROLES_FILE``, such as ``operator``."""
    if not isinstance(roles, list) or len(roles) > MAX_ROLES or not all(map(is_name, roles)):
        raise ValidationError(
            "Roles must be a list of lowercase names that contain only letters, digits, _ and -.", code="invalid_role"
        )
    if len(set(roles)) != len(roles):
        raise ValidationError("A role is listed twice.", code="repeated_role")
    if why := current().roles.why_unknown(roles):
        raise ValidationError(why, code="unknown_role")


def validate_token_size(identity: Identity, *, field: str = "roles") -> None:
    """Reject an account whose access token would not fit in a cookie. The error is reported for ``field``."""
    excess = token_sizes.excess(identity)
    if excess:
        raise ValidationError(
            {
                field: ValidationError(
                    f"The access token would be {excess} bytes too long for a browser's cookies. "
                    "Give the user fewer or shorter roles, or a shorter username or email address.",
                    code="token_too_long",
                )
            }
        )
