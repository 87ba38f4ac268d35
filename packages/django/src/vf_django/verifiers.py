"""The process's verifiers, built from the settings on first use, and again when a test changes the settings."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.signals import setting_changed
from django.dispatch import receiver

from vf_edge.cookies import CookieNames
from vf_tokens import AccessPolicy, signing_key_from_secret

from .configuration import DirectConfiguration, EdgeConfiguration
from .edge_identity import AssertionVerifier
from .key_sources import KeySource, StaticKeys, keys_from_file, keys_from_url


@dataclass(frozen=True, slots=True)
class EdgeVerifier:
    """The objects that ``EdgeIdentityMiddleware`` uses."""

    audience: str
    require_binding: bool
    assertions: AssertionVerifier


@dataclass(frozen=True, slots=True)
class DirectVerifier:
    """The objects that ``JWTAuthenticationMiddleware`` uses."""

    keys: KeySource
    policy: AccessPolicy
    allowed_origins: frozenset[str]
    cookies: tuple[bytes, ...]
    """The cookie names in which to look for a token, in order."""


@cache
def edge_verifier() -> EdgeVerifier:
    """Return the verifier of this process for ``settings.VF_EDGE``."""
    configuration = EdgeConfiguration.from_settings()
    return build_edge_verifier(configuration, _published(configuration.jwks_url, configuration.jwks_file))


def build_edge_verifier(configuration: EdgeConfiguration, keys: KeySource) -> EdgeVerifier:
    """Return a verifier that trusts ``keys``."""
    assertions = AssertionVerifier(keys, audience=configuration.audience)
    return EdgeVerifier(configuration.audience, configuration.require_binding, assertions)


@cache
def direct_verifier() -> DirectVerifier:
    """Return the verifier of this process for ``settings.VF_DIRECT``."""
    configuration = DirectConfiguration.from_settings()
    keys: KeySource
    if configuration.secret:
        keys = StaticKeys(signing_key_from_secret(configuration.secret))
    else:
        keys = _published(configuration.jwks_url, configuration.jwks_file)
    policy = AccessPolicy(issuer=configuration.issuer, audience=configuration.audience)
    names = CookieNames(configuration.cookie_prefix)
    return DirectVerifier(keys, policy, frozenset(configuration.allowed_origins), names.credentials)


def _published(url: str, path: str) -> KeySource:
    return keys_from_url(url) if url else keys_from_file(path)


@receiver(setting_changed)
def _forget(*, setting: str, **_: Any) -> None:
    if setting == "VF_EDGE":
        edge_verifier.cache_clear()
    elif setting == "VF_DIRECT":
        direct_verifier.cache_clear()
