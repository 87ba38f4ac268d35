"""The file of other issuers (``VF_ISSUERS_FILE``): read strictly, so that a mistake stops the start with its place."""

import re
import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from vf_runtime import SettingError
from vf_tokens import AccessPolicy, ClaimMapping, RoleRules
from vf_tokens.claims import MAX_ROLES
from vf_tokens.role_claims import unusable
from vf_tokens.token_kinds import Wanted

LONGEST_LIFETIME = 604_800
"""Seconds; as for ``VF_TOKEN_MAX_LIFETIME``."""

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


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``[[issuer]]``, each field of its type. ``place`` says in a message which one."""

    place: str
    values: dict[str, Any]

    @property
    def issuer(self) -> str:
        """``iss`` of its tokens."""
        return str(self.values["issuer"])

    def wrong(self, what: str) -> SettingError:
        """The mistake ``what`` in this entry."""
        return wrong(f"{self.place}: {what}")


def read_entries(path: str | None) -> list[Entry]:
    """The entries of the file. Raises :class:`SettingError` in one line."""
    if path is None:
        return []
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise wrong(f"{path} cannot be read: {error}") from error
    tables = document.get("issuer")
    if (
        not isinstance(tables, list)
        or document.keys() != {"issuer"}
        or not all(isinstance(one, dict) for one in tables)
    ):
        raise wrong("it must hold [[issuer]] tables and nothing else")
    return [_entry(number, table) for number, table in enumerate(tables, 1)]


def policy_of(entry: Entry, *, longest_lifetime: int) -> AccessPolicy:
    """What a token of this issuer must look like."""
    values = entry.values
    audience, *others = _list(values["audience"])
    return AccessPolicy(
        issuer=entry.issuer,
        audience=audience,
        other_audiences=tuple(others),
        longest_lifetime=values.get("longest_lifetime", longest_lifetime),
        types=tuple(values["types"]) if "types" in values else None,
        use=None,
        strict_identity=False,
        audience_may_be_list=True,
        mapping=_mapping(entry),
        require=_required(entry),
        roles=_role_rules(entry),
        unverified_email=values.get("unverified_email", UNVERIFIED_EMAIL[0]),
    )


def wrong(what: str) -> SettingError:
    """A mistake in the file."""
    return SettingError(f"VF_ISSUERS_FILE: {what}")


def _entry(number: int, values: dict[str, Any]) -> Entry:
    name = values.get("issuer")
    entry = Entry(f"[[issuer]] number {number}{f' ({name!r})' if isinstance(name, str) else ''}", values)
    _check_fields(entry, "", values, FIELDS)
    for required in ("issuer", "audience"):
        if required not in values:
            raise entry.wrong(f"it needs the field {required!r}")
    _check_fields(entry, "claims.", values.get("claims", {}), CLAIM_FIELDS)
    _check_fields(entry, "roles.", values.get("roles", {}), ROLE_FIELDS)
    if not _URL.fullmatch(values.get("jwks_url", "https://unset")):
        raise entry.wrong("field 'jwks_url' must be an http:// or https:// URL")
    if not 0 < values.get("longest_lifetime", 1) <= LONGEST_LIFETIME:
        raise entry.wrong(f"field 'longest_lifetime' must be from 1 to {LONGEST_LIFETIME} seconds")
    if values.get("unverified_email", "drop") not in UNVERIFIED_EMAIL:
        raise entry.wrong(f"field 'unverified_email' must be one of {', '.join(UNVERIFIED_EMAIL)}")
    return entry


def _check_fields(entry: Entry, prefix: str, values: dict[str, Any], known: dict[str, Kind]) -> None:
    """An unknown field and a field of the wrong type are two mistakes, and get two messages."""
    for name, value in values.items():
        if name not in known:
            raise entry.wrong(f"unknown field {prefix + name!r}{_nearest(name, known)}")
        if not known[name].accepts(value):
            found = _TOML_NAMES.get(type(value), "a date or time")
            raise entry.wrong(f"field {prefix + name!r} must be {known[name].words}; it is {found}")


def _nearest(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name.lower(), known, n=1)
    return f": did you mean {close[0]!r}?" if close else f"; the fields are {', '.join(known)}"


def _mapping(entry: Entry) -> ClaimMapping:
    claims, roles = entry.values.get("claims", {}), entry.values.get("roles", {})
    if "roles" in claims and "claims" in roles:
        raise entry.wrong("'claims.roles' and 'roles.claims' both name the claims with the roles: give one of them")
    paths = roles.get("claims", claims.get("roles"))
    return ClaimMapping(**claims | ({} if paths is None else {"roles": tuple(_list(paths))}))


def _required(entry: Entry) -> dict[str, tuple[Wanted, ...]]:
    wanted = entry.values.get("require", {})
    for name, value in wanted.items():
        if not WANTED.accepts(value):
            raise entry.wrong(f"field {'require.' + name!r} must be {WANTED.words}")
    return {name: tuple(_list(value)) for name, value in wanted.items()}


def _role_rules(entry: Entry) -> RoleRules:
    values = entry.values.get("roles", {})
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
                raise entry.wrong(f"field {'roles.' + field!r} names a role that cannot be one: it is {reason}")
    if not max(1, len(set(rules.always))) <= rules.most <= MAX_ROLES:
        raise entry.wrong(f"field 'roles.most' must be from 1 to {MAX_ROLES}, and not less than the roles in 'always'")
    return rules


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
