"""The Django settings ``VF_EDGE`` and ``VF_DIRECT`` as frozen, checked objects."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from vf_edge.cookies import CookieNames
from vf_runtime import is_guessable
from vf_tokens import UnusableKey, signing_key_from_secret
from vf_tokens.policy import DEFAULT_AUDIENCE

_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s#]*")
_ORIGIN = re.compile(r"https?://[a-z0-9.:\[\]-]+")
"""The form that browsers send (RFC 6454 §6.2): lowercase, no path, no final slash."""


@dataclass(frozen=True, slots=True)
class EdgeConfiguration:
    """``VF_EDGE``: whose assertions this service accepts. Keys are the field names in capitals."""

    audience: str = ""
    """This service's name, the ``aud`` of its assertions."""
    jwks_url: str = ""
    """URL of the gateway's assertion keys (its internal port)."""
    jwks_file: str = ""
    """File with the assertion keys. Either this or ``jwks_url`` is required."""
    require_binding: bool = False
    """Reject an assertion that is not bound to the request's method and path."""

    @classmethod
    def from_settings(cls) -> Self:
        """Read ``settings.VF_EDGE``. Raises :class:`ImproperlyConfigured` for an unknown or missing key."""
        configuration = cls(**_members(cls, "VF_EDGE"))
        if not configuration.audience:
            raise ImproperlyConfigured('VF_EDGE["AUDIENCE"] must be this service\'s name')
        if bool(configuration.jwks_url) == bool(configuration.jwks_file):
            raise ImproperlyConfigured("VF_EDGE must have either JWKS_URL or JWKS_FILE")
        return configuration


@dataclass(frozen=True, slots=True)
class DirectConfiguration:
    """``VF_DIRECT``: whose access tokens a service accepts when it runs without the gateway."""

    issuer: str = ""
    """The ``iss`` of the access tokens."""
    audience: str = DEFAULT_AUDIENCE
    """The ``aud`` of the access tokens."""
    jwks_url: str = ""
    """URL of the identity provider's published key set."""
    jwks_file: str = ""
    """File with that key set."""
    secret: str = ""
    """Shared HS256 secret. Exactly one of ``jwks_url``, ``jwks_file`` and ``secret`` is required."""
    allowed_origins: tuple[str, ...] = ()
    """Origins of pages that may use the session cookie for unsafe methods."""
    cookie_prefix: str = ""
    """Prefix of the cookie names; the identity provider's ``VF_COOKIE_PREFIX``."""

    @classmethod
    def from_settings(cls) -> Self:
        """Read ``settings.VF_DIRECT``. Raises :class:`ImproperlyConfigured` for an unknown or missing key."""
        configuration = cls(**_members(cls, "VF_DIRECT"))
        if not configuration.issuer or not configuration.audience:
            raise ImproperlyConfigured('VF_DIRECT needs "ISSUER" and "AUDIENCE"')
        sources = (configuration.jwks_url, configuration.jwks_file, configuration.secret)
        if sum(map(bool, sources)) != 1:
            raise ImproperlyConfigured("VF_DIRECT must have exactly one of JWKS_URL, JWKS_FILE and SECRET")
        if _in_production() and is_guessable(configuration.secret):
            raise ImproperlyConfigured(
                'VF_DIRECT["SECRET"] is publicly known, or easy to guess: production needs a random secret of its own '
                "(DEBUG = True or VF_PRODUCTION = False says that this is no production)"
            )
        return configuration


def _in_production() -> bool:
    """Return True in production. Without the platform's settings, anything but ``DEBUG`` counts as production."""
    return bool(getattr(settings, "VF_PRODUCTION", not settings.DEBUG))


def _members(configuration: type[Any], setting: str) -> dict[str, Any]:
    value = getattr(settings, setting, None)
    if not isinstance(value, Mapping):
        raise ImproperlyConfigured(f"{setting} is not set: it must be a dictionary")
    known = {field.name: field.type for field in fields(configuration)}
    members = {str(name).lower(): member for name, member in value.items()}
    if unknown := sorted(members.keys() - known):
        raise ImproperlyConfigured(f"{setting} has unknown keys: {', '.join(unknown)}")
    for name, member in members.items():
        if complaint := _complaint(name, known[name], member):
            raise ImproperlyConfigured(f'{setting}["{name.upper()}"] {complaint}')
    return members


def _complaint(name: str, kind: Any, member: object) -> str | None:
    """Return what is wrong with a value, or None. Prevents "false" being read as true, and a string as a tuple of
    letters.
    """
    if kind is bool:
        return None if isinstance(member, bool) else "must be True or False"
    if name == "jwks_file" and isinstance(member, Path):
        return None
    if kind is str:
        return _complaint_about_text(name, member) if isinstance(member, str) else "must be a string"
    if isinstance(member, str) or not isinstance(member, Iterable):
        return "must be a list of origins"
    wrong = [origin for origin in member if not (isinstance(origin, str) and _ORIGIN.fullmatch(origin))]
    return f"contains {wrong[0]!r}, which is not an origin. Use the form https://page.example." if wrong else None


def _complaint_about_text(name: str, text: str) -> str | None:
    if name == "jwks_url" and text and not _ADDRESS.fullmatch(text):
        return "must be an http or https URL"
    if name == "cookie_prefix":
        try:
            CookieNames(text)
        except ValueError as error:
            return f"must be {error}"
    if name == "secret" and text:
        try:
            signing_key_from_secret(text)
        except UnusableKey as error:
            return f"cannot be used: {error}"
    return None
