"""Roles from the claims of an external issuer: where to find them, which of them count, and under which name.

Directories put anything into such a claim: distinguished names, URNs, hundreds of groups, duplicates. Unusable entries
are dropped and counted; rejecting the token would deny its user everything, even pages without a role. Roles only grant
access, so dropping one is safe. No name is shortened or matched in part.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .claim_paths import find
from .claims import MAX_INTEGER, MAX_ROLE_CHARACTERS, MAX_ROLES

_WORD_CLAIMS = ("scope", "scp")


class Dropped(StrEnum):
    """Reasons why an entry is not a role, in words for ``explain``."""

    NOT_TEXT = "not a string or a whole number"
    EMPTY = "empty"
    TOO_LONG = f"longer than {MAX_ROLE_CHARACTERS} characters"
    UNUSABLE = "with a comma or a character that is not printable"
    FILTERED = "not in 'only' or 'map'"
    REPEATED = "repeated"
    TOO_MANY = "more than 'most'"


@dataclass(frozen=True, slots=True)
class RoleRules:
    """Rules for the names in the roles claims of one issuer."""

    only: tuple[str, ...] | None = None
    """Names that count. One that ends with ``*`` matches every name with that beginning. None: see ``names``."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Role by the issuer's name for it. With ``names`` or ``only``, no other name counts."""
    always: tuple[str, ...] = ()
    """Roles that every token of this issuer has."""
    most: int = MAX_ROLES
    """Maximum number of roles of one token, ``always`` included. The rest are dropped."""


@dataclass(frozen=True, slots=True)
class RolesRead:
    """The roles of a token, and the dropped entries."""

    roles: tuple[str, ...]
    dropped: Mapping[Dropped, int]
    shapes: Mapping[str, str]
    """The content of each claim, described in words."""


def read_roles(payload: Mapping[str, Any], paths: tuple[str, ...], rules: RoleRules) -> RolesRead:
    """Return the roles at ``paths`` in the token's order, after those of ``rules.always``."""
    roles = dict.fromkeys(rules.always)
    dropped: Counter[Dropped] = Counter()
    shapes: dict[str, str] = {}
    for path in paths:
        value = find(payload, path)
        shapes[path] = _shape(value)
        for entry in _entries(value, path):
            role = _role(entry, rules)
            if isinstance(role, Dropped):
                dropped[role] += 1
            elif role in roles:
                dropped[Dropped.REPEATED] += 1
            elif len(roles) >= rules.most:
                dropped[Dropped.TOO_MANY] += 1
            else:
                roles[role] = None
    return RolesRead(tuple(roles), dropped, shapes)


def unusable(name: str) -> Dropped | None:
    """Return why ``name`` cannot be a role, or None. A comma separates roles in ``X-User-Roles``."""
    if not name:
        return Dropped.EMPTY
    if len(name) > MAX_ROLE_CHARACTERS:
        return Dropped.TOO_LONG
    return Dropped.UNUSABLE if "," in name or not name.isprintable() else None


def _entries(value: object, path: str) -> Iterator[object]:
    """Return a list's members. A single role may be a plain string, and scopes are words (RFC 8693 §4.2)."""
    if isinstance(value, list):
        yield from value
    elif isinstance(value, str):
        yield from dict.fromkeys(value.split()) if path.rpartition(".")[2] in _WORD_CLAIMS else [value]
    elif _is_whole_number(value):
        yield value


def _role(entry: object, rules: RoleRules) -> str | Dropped:
    """Return the role for a name, or why it is dropped. The full name is mapped before its length is checked: a long
    name may have a short role.
    """
    name = str(entry) if _is_whole_number(entry) else entry
    if not isinstance(name, str):
        return Dropped.NOT_TEXT
    if name in rules.names:
        return rules.names[name]
    if (rules.names or rules.only is not None) and not _is_among(name, rules.only or ()):
        return Dropped.FILTERED
    return unusable(name) or name


def _is_among(name: str, only: tuple[str, ...]) -> bool:
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in only)


def _is_whole_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_INTEGER


def _shape(value: object) -> str:
    if value is None:
        return "not in the token"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "an object, which is not searched for roles"
    return "a number" if _is_whole_number(value) else f"not a list of names ({type(value).__name__})"
