"""What one external issuer's tokens must say and where its keys are, from a table such as ``[[issuer]]`` in TOML.

The table is read strictly. Each message of :class:`InvalidIssuer` names the field and what it must be.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from .claims import MAX_ROLES
from .jwk import ALGORITHMS
from .policy import AccessPolicy, ClaimMapping
from .role_claims import RoleRules, unusable

LONGEST_LIFETIME = 604_800
"""Seconds; the largest ``longest_lifetime``."""

PUBLISHED_ALGORITHMS = tuple(name for name in ALGORITHMS if name != "HS256")
"""Those whose keys an issuer can publish."""

UNVERIFIED_EMAIL = ("drop", "refuse", "keep")
_URL = re.compile(r"https?://[^/\s?#]+[^\s#]*")
_TOML_NAMES = {
    str: "a string",
    bool: "a boolean",
    int: "a whole number",
    float: "a float",
    list: "a list",
    dict: "a table",
}


class InvalidIssuer(ValueError):
    """The table has a mistake. The message is one line."""


@dataclass(frozen=True, slots=True)
class IssuerTable:
    """One external issuer."""

    policy: AccessPolicy
    prefix: str
    """Put before its user, session and token IDs; by default the issuer's name and ``|``."""
    algorithms: tuple[str, ...]
    jwks_url: str | None
    jwks_file: str | None
    """Exactly one of the two is set."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value must be, in words and as a test."""

    words: str
    accepts: Callable[[Any], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int)  # a boolean is an int


TEXT = Kind("a string that is not empty", _is_text)
ANY_TEXT = Kind("a string", lambda value: isinstance(value, str))
TEXTS = Kind("a list of strings", _is_texts)
SOME_TEXTS = Kind("a list of at least one string", lambda value: _is_texts(value) and bool(value))
TEXT_OR_TEXTS = Kind("a string, or a list of at least one", lambda value: _is_text(value) or SOME_TEXTS.accepts(value))
WHOLE = Kind("a whole number", lambda value: type(value) is int)
TABLE = Kind("a table, such as { name = ... }", lambda value: isinstance(value, dict))
NAMES = Kind(
    "a table of strings (put names with dots in quotes)",
    lambda value: isinstance(value, dict) and all(map(_is_text, value.values())),
)
WANTED = Kind(
    "a string, a whole number or a boolean, or a list of at least one (put claims with dots in quotes)",
    lambda value: _is_plain(value) or (isinstance(value, list) and bool(value) and all(map(_is_plain, value))),
)

FIELDS = {
    "issuer": TEXT,
    "audience": TEXT_OR_TEXTS,
    "jwks_url": TEXT,
    "jwks_file": TEXT,
    "algorithms": TEXTS,
    "longest_lifetime": WHOLE,
    "types": SOME_TEXTS,
    "prefix": ANY_TEXT,
    "claims": TABLE,
    "roles": TABLE,
    "require": TABLE,
    "unverified_email": TEXT,
}
CLAIM_FIELDS = {item.name: TEXT_OR_TEXTS if item.name == "roles" else TEXT for item in fields(ClaimMapping)}
ROLE_FIELDS = {"claims": TEXT_OR_TEXTS, "only": TEXTS, "map": NAMES, "always": TEXTS, "most": WHOLE}


def read_issuer(values: Mapping[str, Any], *, longest_lifetime: int) -> IssuerTable:
    """Read one table. ``longest_lifetime`` (seconds) holds where it sets none. Raises :class:`InvalidIssuer`."""
    claims, roles, required = values.get("claims", {}), values.get("roles", {}), values.get("require", {})
    _check_fields("", values, FIELDS)
    for name in ("issuer", "audience"):
        if name not in values:
            raise InvalidIssuer(f"it needs the field {name!r}")
    _check_fields("claims.", claims, CLAIM_FIELDS)
    _check_fields("roles.", roles, ROLE_FIELDS)
    _check_fields("require.", required, dict.fromkeys(required, WANTED))
    _check_bounds(values)
    audience, *others = _list(values["audience"])
    policy = AccessPolicy(
        issuer=values["issuer"],
        audience=audience,
        other_audiences=tuple(others),
        longest_lifetime=values.get("longest_lifetime", longest_lifetime),
        types=tuple(values["types"]) if "types" in values else None,
        use=None,
        strict_identity=False,
        audience_may_be_list=True,
        mapping=_mapping(claims, roles),
        require={name: tuple(_list(value)) for name, value in required.items()},
        roles=_role_rules(roles),
        unverified_email=values.get("unverified_email", UNVERIFIED_EMAIL[0]),
    )
    prefix = values.get("prefix", f"{policy.issuer}|")
    algorithms = tuple(values.get("algorithms", PUBLISHED_ALGORITHMS))
    return IssuerTable(policy, prefix, algorithms, values.get("jwks_url"), values.get("jwks_file"))


def _check_fields(prefix: str, values: Mapping[str, Any], known: Mapping[str, Kind]) -> None:
    """An unknown field and a field of the wrong type are two mistakes, and get two messages."""
    for name, value in values.items():
        if name not in known:
            close = get_close_matches(name.lower(), known, n=1)
            advice = f": did you mean {close[0]!r}?" if close else f"; the fields are {', '.join(known)}"
            raise InvalidIssuer(f"unknown field {prefix + name!r}{advice}")
        if not known[name].accepts(value):
            found = _TOML_NAMES.get(type(value), "a date or time")
            raise InvalidIssuer(f"field {prefix + name!r} must be {known[name].words}; it is {found}")


def _check_bounds(values: Mapping[str, Any]) -> None:
    if not _URL.fullmatch(values.get("jwks_url", "https://unset")):
        raise InvalidIssuer("field 'jwks_url' must be an http:// or https:// URL")
    if ("jwks_url" in values) == ("jwks_file" in values):
        raise InvalidIssuer("it needs one of the fields 'jwks_url' and 'jwks_file'")
    algorithms = values.get("algorithms", PUBLISHED_ALGORITHMS)
    if not algorithms or not set(algorithms) <= set(PUBLISHED_ALGORITHMS):
        raise InvalidIssuer(f"field 'algorithms' must name some of {', '.join(PUBLISHED_ALGORITHMS)}")
    if not 0 < values.get("longest_lifetime", 1) <= LONGEST_LIFETIME:
        raise InvalidIssuer(f"field 'longest_lifetime' must be from 1 to {LONGEST_LIFETIME} seconds")
    if values.get("unverified_email", "drop") not in UNVERIFIED_EMAIL:
        raise InvalidIssuer(f"field 'unverified_email' must be one of {', '.join(UNVERIFIED_EMAIL)}")


def _mapping(claims: dict[str, Any], roles: Mapping[str, Any]) -> ClaimMapping:
    if "roles" in claims and "claims" in roles:
        raise InvalidIssuer("'claims.roles' and 'roles.claims' both name the claims with the roles: give one of them")
    paths = roles.get("claims", claims.get("roles"))
    return ClaimMapping(**claims | ({} if paths is None else {"roles": tuple(_list(paths))}))


def _role_rules(values: Mapping[str, Any]) -> RoleRules:
    rules = RoleRules(
        only=tuple(values["only"]) if "only" in values else None,
        names=values.get("map", {}),
        always=tuple(values.get("always", ())),
        most=values.get("most", MAX_ROLES),
    )
    named = {
        "only": [name for name in rules.only or () if not name.endswith("*")],
        "map": list(rules.names.values()),
        "always": list(rules.always),
    }
    for field, names in named.items():
        for name in names:
            if reason := unusable(name):
                raise InvalidIssuer(f"field {'roles.' + field!r} names a role that cannot be one: it is {reason}")
    if not max(1, len(set(rules.always))) <= rules.most <= MAX_ROLES:
        raise InvalidIssuer(
            f"field 'roles.most' must be from 1 to {MAX_ROLES}, and not less than the roles in 'always'"
        )
    return rules


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
