"""The trusted issuers: our own identity provider, and others from a file (``VF_ISSUERS_FILE``, docs/settings.md)."""

import re
import tomllib
from collections.abc import Callable
from itertools import permutations, product
from pathlib import Path
from typing import Any

from vf_runtime import SettingError
from vf_tokens import (
    ALGORITHMS,
    AccessPolicy,
    ClaimMapping,
    KeySet,
    UnusableKey,
    parse_key_set,
    signing_key_from_secret,
)

from .key_source import FetchedKeys, FixedKeys, KeySource
from .settings import GatewaySettings
from .tokens import TrustedIssuer

_FIELDS = {
    "issuer": str,
    "audience": str,
    "jwks_url": str,
    "jwks_file": str,
    "algorithms": list,
    "longest_lifetime": int,
    "types": list,
    "prefix": str,
    "claims": dict,
}
LONGEST_LIFETIME = 604_800
"""Seconds; as for ``VF_TOKEN_MAX_LIFETIME``."""

_OUR_PREFIXES = ("usr_", "ses_", "tok_")
"""Of the user, session and token ids of our own identity provider."""

_ASYMMETRIC = tuple(name for name in ALGORITHMS if name != "HS256")


def trusted_issuers(settings: GatewaySettings, on_change: Callable[[], None]) -> list[TrustedIssuer]:
    """All issuers that the settings name. Raises :class:`SettingError` for a file that says something else."""
    issuers = [_own_issuer(settings, on_change)] if settings.issuer else []
    issuers += [_foreign_issuer(entry, settings, on_change) for entry in _entries(settings.issuers_file)]
    names = [issuer.policy.issuer for issuer in issuers]
    if not names or len(set(names)) != len(names):
        raise SettingError("VF_ISSUERS_FILE and VF_JWT_ISSUER together must name at least one issuer, each once")
    _check_prefixes([issuer.prefix for issuer in issuers if issuer.policy.issuer != settings.issuer], settings)
    return issuers


def _check_prefixes(prefixes: list[str], settings: GatewaySettings) -> None:
    """A user id must tell whose user it is: with the prefixes "a" and "ab", "a" + "bc" would be "ab" + "c"."""
    for prefix, ours in product(prefixes, _OUR_PREFIXES if settings.issuer else ()):
        if prefix.startswith(ours) or ours.startswith(prefix):
            raise _wrong(f"the prefix {prefix!r} could make its users ours; only with VF_JWT_ISSUER=off may one be so")
    for one, other in permutations(prefixes, 2):
        if other.startswith(one):
            raise _wrong(f"the prefix {one!r} begins another issuer's, {other!r}, so one's users could be the other's")


def _own_issuer(settings: GatewaySettings, on_change: Callable[[], None]) -> TrustedIssuer:
    policy = AccessPolicy(settings.issuer, settings.audience, longest_lifetime=settings.longest_token_lifetime)
    if settings.shared_secret is not None:
        key = signing_key_from_secret(settings.shared_secret).verification_key()
        return TrustedIssuer(policy, FixedKeys(KeySet([key])))
    return TrustedIssuer(policy, _fetched(settings.jwks_url, _ASYMMETRIC, settings, on_change))


def _foreign_issuer(entry: dict[str, Any], settings: GatewaySettings, on_change: Callable[[], None]) -> TrustedIssuer:
    name = entry["issuer"]
    algorithms = tuple(entry.get("algorithms", _ASYMMETRIC))
    if not algorithms or not set(algorithms) <= set(_ASYMMETRIC):
        raise _wrong(f"algorithms of {name} must be some of {', '.join(_ASYMMETRIC)}")
    try:
        mapping = ClaimMapping(**entry.get("claims", {}))
    except TypeError as error:
        raise _wrong(f"claims of {name} may name user_id, username, email, roles, session_id, audience") from error
    policy = AccessPolicy(
        issuer=name,
        audience=entry["audience"],
        longest_lifetime=entry.get("longest_lifetime", settings.longest_token_lifetime),
        types=tuple(entry["types"]) if "types" in entry else None,
        use=None,
        strict_identity=False,
        audience_may_be_list=True,
        mapping=mapping,
    )
    return TrustedIssuer(policy, _source(entry, algorithms, settings, on_change), entry.get("prefix", f"{name}|"))


def _source(
    entry: dict[str, Any], algorithms: tuple[str, ...], settings: GatewaySettings, on_change: Callable[[], None]
) -> KeySource:
    if ("jwks_url" in entry) == ("jwks_file" in entry):
        raise _wrong(f"{entry['issuer']} needs jwks_url or jwks_file, one of them")
    if "jwks_url" in entry:
        return _fetched(entry["jwks_url"], algorithms, settings, on_change)
    try:
        return FixedKeys(parse_key_set(Path(entry["jwks_file"]).read_bytes(), algorithms))
    except (OSError, UnusableKey) as error:
        raise _wrong(f"jwks_file of {entry['issuer']}: {error}") from error


def _fetched(
    url: str, algorithms: tuple[str, ...], settings: GatewaySettings, on_change: Callable[[], None]
) -> FetchedKeys:
    return FetchedKeys(url, algorithms, refresh_seconds=settings.jwks_refresh, on_change=on_change)


def _entries(path: str | None) -> list[dict[str, Any]]:
    if path is None:
        return []
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _wrong(f"{path} cannot be read: {error}") from error
    entries = document.get("issuer")
    if not isinstance(entries, list) or document.keys() != {"issuer"} or not all(isinstance(e, dict) for e in entries):
        raise _wrong("it must hold [[issuer]] tables and nothing else")
    for entry in entries:
        _check_entry(entry)
    return entries


def _check_entry(entry: dict[str, Any]) -> None:
    for name, value in entry.items():
        if name not in _FIELDS or type(value) is not _FIELDS[name]:
            raise _wrong(f"[[issuer]] has a wrong or unknown field {name!r}; the fields are {', '.join(_FIELDS)}")
    for name in ("issuer", "audience"):
        if not entry.get(name):
            raise _wrong(f"[[issuer]] needs {name}")
    for name in ("algorithms", "types", "claims"):
        values = entry.get(name, {})
        if not all(isinstance(value, str) for value in (values.values() if isinstance(values, dict) else values)):
            raise _wrong(f"{name} of {entry['issuer']} must be strings")
    if not re.fullmatch(r"https?://[^/\s?#]+[^\s#]*", entry.get("jwks_url", "https://unset")):
        raise _wrong(f"jwks_url of {entry['issuer']} must be an http:// or https:// address")
    if not 0 < entry.get("longest_lifetime", 1) <= LONGEST_LIFETIME:
        raise _wrong(f"longest_lifetime of {entry['issuer']} must be from 1 to {LONGEST_LIFETIME} seconds")


def _wrong(what: str) -> SettingError:
    return SettingError(f"VF_ISSUERS_FILE: {what}")
