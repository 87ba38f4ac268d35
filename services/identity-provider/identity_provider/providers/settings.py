"""The other identity providers that users can sign in with, read from one file (``VF_PROVIDERS_FILE``).

Each is a table of the file, such as ``[company]``, with ``name``, ``client_id``, ``client_secret_file``, and either the
``issuer`` of an OpenID Connect provider or ``kind = "github"``.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from vf_runtime import SettingError

KINDS = ("openid_connect", "github")
KEYS = {"name", "kind", "issuer", "client_id", "client_secret_file"}

_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Provider:
    """Another identity provider."""

    id: str
    """The name of its table: part of the redirect URIs and of stored connections, so it never changes."""
    name: str
    """For the sign-in page."""
    kind: str
    issuer: str
    """Its issuer identifier (OpenID Connect Discovery 1.0 §3); empty for GitHub."""
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Providers:
    """All providers of the file, in its order."""

    by_id: Mapping[str, Provider] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None, *, production: bool) -> Self:
        """Read the file; without one, there are no providers. Raises :class:`SettingError` without a secret in it."""
        if path is None:
            return cls()
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else f"not TOML in UTF-8: {error}"
            raise _mistake(path, f"must be a readable TOML file ({reason})") from error
        return cls({name: _provider(path, name, table, production) for name, table in document.items()})

    def __iter__(self) -> Iterator[Provider]:
        return iter(self.by_id.values())


def _provider(path: Path, name: str, table: Any, production: bool) -> Provider:
    if not _ID.fullmatch(name):
        raise _mistake(path, f"has [{name[:40]}]: IDs contain only lowercase letters, digits and -, at most 32")
    if not isinstance(table, dict) or (unknown := sorted(set(table) - KEYS)):
        found = f"has {unknown[0]!r} in [{name}]" if isinstance(table, dict) else f"has {name!r} outside of a table"
        raise _mistake(path, f"{found}; a provider has {', '.join(sorted(KEYS))}")
    kind = table.get("kind", "openid_connect")
    if kind not in KINDS:
        raise _mistake(path, f"has the kind {kind!r} in [{name}]; it must be {' or '.join(KINDS)}")
    needed = ["name", "client_id", "client_secret_file", *(["issuer"] if kind == "openid_connect" else [])]
    for key in needed:
        if not isinstance(table.get(key), str) or not table[key]:
            raise _mistake(path, f"must have a {key!r} in [{name}]")
    if kind == "openid_connect":
        _check_issuer(path, name, table["issuer"], production)
    secret = _secret(path, name, table["client_secret_file"])
    return Provider(name, table["name"], kind, table.get("issuer", ""), table["client_id"], secret)


def _check_issuer(path: Path, name: str, issuer: str, production: bool) -> None:
    parts = urlsplit(issuer)
    schemes = ("https",) if production else ("https", "http")
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment:
        raise _mistake(path, f"has an 'issuer' in [{name}] that is not a URL with {' or '.join(schemes)}")


def _secret(path: Path, name: str, file: str) -> str:
    try:
        secret = (path.parent / file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise _mistake(path, f"names a 'client_secret_file' in [{name}] that can't be read") from None
    if not secret:
        raise _mistake(path, f"names an empty 'client_secret_file' in [{name}]")
    return secret


def _mistake(path: Path, problem: str) -> SettingError:
    return SettingError(f"VF_PROVIDERS_FILE is {str(path)!r}: the file {problem}")
