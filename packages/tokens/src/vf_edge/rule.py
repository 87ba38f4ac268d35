"""The access rule of a route: the query in which Traefik's middleware calls ``/verify`` (docs/headers.md).

Both the gateway and the lint read it here. An operator writes the query, never a client.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

VERIFY_PATH = "/verify"
"""The gateway's path for ForwardAuth."""

_NAME = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class InvalidRule(ValueError):
    """The query is not a valid access rule. The message names the mistake and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The requirements of one route."""

    audience: str
    """The service behind the route. Assertions are minted for this service only."""
    required: bool
    """False for ``mode=optional``: a request without a credential continues as anonymous."""
    roles: frozenset[str]
    """The user needs at least one of these roles, if there are any."""
    login: bool
    """``login=auto``: a page load without a credential is redirected to the sign-in page."""


def read_rule(query: str) -> Rule:
    """Read ``audience=…&mode=…&roles=…&login=…``. Raises :class:`InvalidRule` naming the mistake."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=8)
    except ValueError as error:
        raise InvalidRule("the rule's query cannot be read") from error
    fields = dict(pairs)
    if len(fields) != len(pairs) or not fields.keys() <= {"audience", "mode", "roles", "login"}:
        raise InvalidRule("the rule has a repeated or unknown parameter")
    audience = fields.get("audience", "")
    if not _NAME.fullmatch(audience):
        raise InvalidRule("the rule needs an audience")
    roles = [role for role in fields.get("roles", "").split(",") if role]
    if not all(map(_NAME.fullmatch, roles)) or ("roles" in fields and not roles):
        raise InvalidRule("the rule's roles must be comma-separated names")
    required = _word(fields, "mode", "required", "optional")
    if roles and not required:
        raise InvalidRule("a rule with roles cannot be optional")
    return Rule(
        audience=audience,
        required=required,
        roles=frozenset(roles),
        login=_word(fields, "login", "auto", "never", default="never"),
    )


def _word(fields: dict[str, str], name: str, yes: str, no: str, default: str = "") -> bool:
    value = fields.get(name, default or yes)
    if value not in (yes, no):
        raise InvalidRule(f"the rule's {name} must be {yes} or {no}")
    return value == yes
