"""The trusted issuers: the built-in one, and external ones from a file (``VF_ISSUERS_FILE``, docs/settings.md)."""

import tomllib
from collections.abc import Callable
from itertools import permutations, product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vf_runtime import SettingError
from vf_runtime.addresses import is_internal
from vf_tokens import AccessPolicy, KeySet, UnusableKey, parse_key_set, signing_key_from_secret
from vf_tokens.issuer_table import PUBLISHED_ALGORITHMS, InvalidIssuer, read_issuer

from ..settings import GatewaySettings
from .key_source import FetchedKeys, FixedKeys
from .verifier import TrustedIssuer

_OUR_PREFIXES = ("usr_", "ses_", "tok_")
"""Of the user, session and token IDs of the built-in issuer."""


def trusted_issuers(settings: GatewaySettings, on_change: Callable[[], None]) -> list[TrustedIssuer]:
    """All issuers that the settings name. Raises :class:`SettingError` for a mistake in the file."""

    def fetched(url: str, algorithms: tuple[str, ...]) -> FetchedKeys:
        return FetchedKeys(url, algorithms, refresh_seconds=settings.jwks_refresh, on_change=on_change)

    issuers = []
    if settings.issuer:
        policy = AccessPolicy(settings.issuer, settings.audience, longest_lifetime=settings.longest_token_lifetime)
        if settings.shared_secret is not None:
            key = signing_key_from_secret(settings.shared_secret).verification_key()
            issuers.append(TrustedIssuer(policy, FixedKeys(KeySet([key]))))
        else:
            issuers.append(TrustedIssuer(policy, fetched(settings.jwks_url, PUBLISHED_ALGORITHMS)))
    for number, values in enumerate(_tables(settings.issuers_file), 1):
        try:
            read = read_issuer(values, longest_lifetime=settings.longest_token_lifetime)
            if settings.production and not _is_protected(read.jwks_url):
                raise InvalidIssuer("jwks_url must begin with https:// in production, unless its host is internal")
            source = (
                fetched(read.jwks_url, read.algorithms)
                if read.jwks_url is not None
                else FixedKeys(_keys_in(read.jwks_file or "", read.algorithms))
            )
        except InvalidIssuer as error:
            name = values.get("issuer")
            place = f"[[issuer]] number {number}{f' ({name!r})' if isinstance(name, str) else ''}"
            raise _wrong(f"{place}: {error}") from error
        issuers.append(TrustedIssuer(read.policy, source, read.prefix))
    names = [issuer.policy.issuer for issuer in issuers]
    if not names or len(set(names)) != len(names):
        raise SettingError("VF_ISSUERS_FILE and VF_JWT_ISSUER together must name at least one issuer, each once")
    _check_prefixes([issuer.prefix for issuer in issuers if issuer.policy.issuer != settings.issuer], settings)
    return issuers


def _is_protected(url: str | None) -> bool:
    """Whether nobody on a public network can replace the keys at ``url``, and so become every user of the issuer."""
    return url is None or url.startswith("https://") or is_internal(urlsplit(url).hostname or "")


def _tables(path: str | None) -> list[dict[str, Any]]:
    if path is None:
        return []
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _wrong(f"{path} cannot be read: {error}") from error
    tables = document.get("issuer")
    if (
        not isinstance(tables, list)
        or document.keys() != {"issuer"}
        or not all(isinstance(one, dict) for one in tables)
    ):
        raise _wrong("it must hold [[issuer]] tables and nothing else")
    return tables


def _keys_in(path: str, algorithms: tuple[str, ...]) -> KeySet:
    try:
        return parse_key_set(Path(path).read_bytes(), algorithms)
    except (OSError, UnusableKey) as error:
        raise InvalidIssuer(f"field 'jwks_file': {error}") from error


def _check_prefixes(prefixes: list[str], settings: GatewaySettings) -> None:
    """A user ID must tell whose user it is: with the prefixes "a" and "ab", "a" + "bc" would be "ab" + "c"."""
    for prefix, ours in product(prefixes, _OUR_PREFIXES if settings.issuer else ()):
        if prefix.startswith(ours) or ours.startswith(prefix):
            raise _wrong(f"the prefix {prefix!r} could make its users ours; only with VF_JWT_ISSUER=off may one be so")
    for one, other in permutations(prefixes, 2):
        if other.startswith(one):
            raise _wrong(f"the prefix {one!r} begins another issuer's, {other!r}, so one's users could be the other's")


def _wrong(what: str) -> SettingError:
    return SettingError(f"VF_ISSUERS_FILE: {what}")
