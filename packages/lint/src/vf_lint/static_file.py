"""Parser for Traefik's static file, without templates: YAML or TOML, in every spelling that Traefik accepts.

``Insecure: "true"`` and ``trustedIPs: "10.0.0.1, 10.0.0.2"`` work like their plain forms, which a naive check would
miss. Only the options that a lint rule reads are normalized.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from vf_runtime.terminal import UsageError

from .configuration import ENCODED_CHARACTERS, Options

LARGEST = 1024 * 1024
"""Maximum bytes."""
MOST_VALUES = 400_000
"""Maximum number of values with aliases expanded, as in Traefik: ten lines of YAML merges can expand to billions."""

Reader = Callable[[Any, str], Any]


def read_static(path: Path) -> Options:
    """Return the options in one spelling. Raises :class:`UsageError` for a file or value that Traefik rejects too."""
    try:
        raw = path.read_bytes()[: LARGEST + 1]
        if len(raw) > LARGEST:
            raise UsageError(f"{path} is larger than {LARGEST // 1024} KiB")
        text = raw.decode("utf-8")
        document = (tomllib.loads(text) if path.suffix == ".toml" else _yaml(text)) or {}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UsageError(f"{path} cannot be read: {reason}") from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict):
        raise UsageError(f"{path} contains no configuration")
    options: Options = _STATIC(document, f"{path}: ")
    return options


def _yaml(text: str) -> Any:
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if _values(node, {}) > MOST_VALUES:
            raise ValueError(f"more than {MOST_VALUES:,} values with aliases expanded")
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _values(node: yaml.Node, counted: dict[yaml.Node, int]) -> int:
    """Return the number of values below this node, counting each alias as a copy."""
    if node not in counted:
        counted[node] = MOST_VALUES + 1  # while it is being counted: an alias to it is endless
        members = node.value if isinstance(node.value, list) else []
        parts = (part for member in members for part in (member if isinstance(member, tuple) else (member,)))
        counted[node] = 1 + sum(_values(part, counted) for part in parts)
    return counted[node]


def _section(**readers: Reader) -> Reader:
    """Return a section with these options, in any letter case."""
    known = {name.lower(): (name, reader) for name, reader in readers.items()}

    def read(value: Any, place: str) -> dict[str, Any]:
        if value is None or value in (True, False, "", "true", "false"):  # `api: true`: with all its defaults
            return {}
        if not isinstance(value, Mapping):
            raise UsageError(f"{place.rstrip(':. ')} is not a section")
        found: dict[str, Any] = {}
        for key, member in value.items():
            name, reader = known.get(str(key).lower(), (str(key), _as_it_is))
            if name in found:
                raise UsageError(f"{place}{name} is set twice")
            found[name] = None if member is None else reader(member, f"{place}{name}.")
        return found

    return read


def _named(reader: Reader) -> Reader:
    """Return options by names that the operator chose."""

    def read(value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise UsageError(f"{place[:-1]} is not a mapping of names")
        return {str(name): reader(member, f"{place}{name}.") for name, member in value.items()}

    return read


def _as_it_is(value: Any, _place: str) -> Any:
    return value


def _words(value: Any, place: str) -> list[str]:
    found = value.split(",") if isinstance(value, str) else value
    if not isinstance(found, list):
        raise UsageError(f"{place[:-1]} is not a list")
    return [str(word).strip() for word in found]


def _switch(value: Any, place: str) -> bool:
    word = str(value).lower()
    if word not in ("1", "t", "true", "0", "f", "false"):
        raise UsageError(f"{place[:-1]} is neither true nor false")
    return word in ("1", "t", "true")


def _text(value: Any, place: str) -> str:
    if isinstance(value, Mapping | list):
        raise UsageError(f"{place[:-1]} is not a string")
    return str(value)


_TRUST = _section(insecure=_switch, trustedIPs=_words)
_ENTRY_POINT = _section(
    asDefault=_switch,
    forwardedHeaders=_TRUST,
    proxyProtocol=_TRUST,
    http=_section(
        middlewares=_words,
        aliasHeadersStrategy=_text,
        sanitizePath=_switch,
        encodedCharacters=_section(**dict.fromkeys(ENCODED_CHARACTERS, _switch)),
    ),
)
_STATIC = _section(
    entryPoints=_named(_ENTRY_POINT),
    api=_section(insecure=_switch),
    providers=_section(rest=_section(insecure=_switch), http=_section(endpoint=_text)),
    accessLog=_section(fields=_section(headers=_section(defaultMode=_text, names=_named(_text)))),
)
