"""What a user name and a list of roles may be."""

import re

from django.core.exceptions import ValidationError

from vf_tokens.claims import MAX_ROLE_CHARACTERS, MAX_ROLES

_ROLE = re.compile(r"[a-z][a-z0-9_-]*")


def validate_username(username: str) -> None:
    """Any printable text without ``@`` (that is how a name and an e-mail address are told apart)."""
    if not username.isprintable() or username != username.strip() or "@" in username:
        raise ValidationError("A user name is printable, has no @ and no space around it.", code="invalid_username")


def validate_roles(roles: object) -> None:
    """A list of distinct role names such as ``operator``."""
    if not isinstance(roles, list) or len(roles) > MAX_ROLES or not all(map(_is_role, roles)):
        raise ValidationError("Roles are a list of names in lower case: letters, digits, _ and -.", code="invalid_role")
    if len(set(roles)) != len(roles):
        raise ValidationError("A role is listed twice.", code="repeated_role")


def _is_role(role: object) -> bool:
    return isinstance(role, str) and len(role) <= MAX_ROLE_CHARACTERS and _ROLE.fullmatch(role) is not None
