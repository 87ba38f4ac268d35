"""The trusted issuers: our own identity provider, and others from a file (``VF_ISSUERS_FILE``, docs/settings.md)."""

from collections.abc import Callable
from itertools import permutations, product
from pathlib import Path

from vf_runtime import SettingError
from vf_tokens import ALGORITHMS, AccessPolicy, KeySet, UnusableKey, parse_key_set, signing_key_from_secret

from ..settings import GatewaySettings
from .issuers_file import Entry, policy_of, read_entries, wrong
from .key_source import FetchedKeys, FixedKeys, KeySource
from .verifier import TrustedIssuer

_OUR_PREFIXES = ("usr_", "ses_", "tok_")
"""Of the user, session and token ids of our own identity provider."""

_ASYMMETRIC = tuple(name for name in ALGORITHMS if name != "HS256")


def trusted_issuers(settings: GatewaySettings, on_change: Callable[[], None]) -> list[TrustedIssuer]:
    """All issuers that the settings name. Raises :class:`SettingError` for a file that says something else."""
    issuers = [_own_issuer(settings, on_change)] if settings.issuer else []
    issuers += [_foreign_issuer(entry, settings, on_change) for entry in read_entries(settings.issuers_file)]
    names = [issuer.policy.issuer for issuer in issuers]
    if not names or len(set(names)) != len(names):
        raise SettingError("VF_ISSUERS_FILE and VF_JWT_ISSUER together must name at least one issuer, each once")
    _check_prefixes([issuer.prefix for issuer in issuers if issuer.policy.issuer != settings.issuer], settings)
    return issuers


def _check_prefixes(prefixes: list[str], settings: GatewaySettings) -> None:
    """A user id must tell whose user it is: with the prefixes "a" and "ab", "a" + "bc" would be "ab" + "c"."""
    for prefix, ours in product(prefixes, _OUR_PREFIXES if settings.issuer else ()):
        if prefix.startswith(ours) or ours.startswith(prefix):
            raise wrong(f"the prefix {prefix!r} could make its users ours; only with VF_JWT_ISSUER=off may one be so")
    for one, other in permutations(prefixes, 2):
        if other.startswith(one):
            raise wrong(f"the prefix {one!r} begins another issuer's, {other!r}, so one's users could be the other's")


def _own_issuer(settings: GatewaySettings, on_change: Callable[[], None]) -> TrustedIssuer:
    policy = AccessPolicy(settings.issuer, settings.audience, longest_lifetime=settings.longest_token_lifetime)
    if settings.shared_secret is not None:
        key = signing_key_from_secret(settings.shared_secret).verification_key()
        return TrustedIssuer(policy, FixedKeys(KeySet([key])))
    return TrustedIssuer(policy, _fetched(settings.jwks_url, _ASYMMETRIC, settings, on_change))


def _foreign_issuer(entry: Entry, settings: GatewaySettings, on_change: Callable[[], None]) -> TrustedIssuer:
    algorithms = tuple(entry.values.get("algorithms", _ASYMMETRIC))
    if not algorithms or not set(algorithms) <= set(_ASYMMETRIC):
        raise entry.wrong(f"field 'algorithms' must name some of {', '.join(_ASYMMETRIC)}")
    policy = policy_of(entry, longest_lifetime=settings.longest_token_lifetime)
    source = _source(entry, algorithms, settings, on_change)
    return TrustedIssuer(policy, source, entry.values.get("prefix", f"{entry.issuer}|"))


def _source(
    entry: Entry, algorithms: tuple[str, ...], settings: GatewaySettings, on_change: Callable[[], None]
) -> KeySource:
    values = entry.values
    if ("jwks_url" in values) == ("jwks_file" in values):
        raise entry.wrong("it needs one of the fields 'jwks_url' and 'jwks_file'")
    if "jwks_url" in values:
        return _fetched(values["jwks_url"], algorithms, settings, on_change)
    try:
        return FixedKeys(parse_key_set(Path(values["jwks_file"]).read_bytes(), algorithms))
    except (OSError, UnusableKey) as error:
        raise entry.wrong(f"field 'jwks_file': {error}") from error


def _fetched(
    url: str, algorithms: tuple[str, ...], settings: GatewaySettings, on_change: Callable[[], None]
) -> FetchedKeys:
    return FetchedKeys(url, algorithms, refresh_seconds=settings.jwks_refresh, on_change=on_change)
