"""The rule of a route: what Traefik's middleware asks for in the query of ``/verify`` (docs/headers.md).

The query is written by an operator, never by a client, so a mistake in it is answered with 400 on
every request: closed, and seen at the first try.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from ..denials import BadRequest

_NAME = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@dataclass(frozen=True, slots=True)
class Rule:
    """What one route requires."""

    audience: str
    """The service behind the route; an assertion is minted for it alone."""
    required: bool
    """False for ``mode=optional``: without a credential the request goes on as anonymous."""
    roles: frozenset[str]
    """At least one of these, if there are any."""
    login: bool
    """``login=auto``: a page navigation without a credential is sent to sign in."""


@lru_cache(maxsize=1024)
def parse_rule(query: str) -> Rule:
    """Read ``audience=…&mode=…&roles=…&login=…``. Raises :class:`BadRequest` naming the mistake."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=8)
    except ValueError as error:
        raise BadRequest("the rule's query cannot be read") from error
    fields = dict(pairs)
    if len(fields) != len(pairs) or not fields.keys() <= {"audience", "mode", "roles", "login"}:
        raise BadRequest("the rule has a repeated or unknown parameter")
    audience = fields.get("audience", "")
    if not _NAME.fullmatch(audience):
        raise BadRequest("the rule needs an audience")
    roles = [role for role in fields.get("roles", "").split(",") if role]
    if not all(map(_NAME.fullmatch, roles)) or ("roles" in fields and not roles):
        raise BadRequest("the rule's roles must be names divided by commas")
    required = _word(fields, "mode", "required", "optional")
    if roles and not required:
        raise BadRequest("a rule with roles cannot be optional")
    return Rule(
        audience=audience,
        required=required,
        roles=frozenset(roles),
        login=_word(fields, "login", "auto", "never", default="never"),
    )


def _word(fields: dict[str, str], name: str, yes: str, no: str, default: str = "") -> bool:
    value = fields.get(name, default or yes)
    if value not in (yes, no):
        raise BadRequest(f"the rule's {name} must be {yes} or {no}")
    return value == yes
