"""Reads Traefik's static and dynamic files (YAML or TOML)."""

import os
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vf_edge.cors import CorsHeaders

from ..origins.allowed import cors_middleware
from ..terminal import UsageError
from .configuration import ENCODED_CHARACTERS, Configuration, EntryPoint, Options, Router, TcpRouter, qualified
from .document import plain
from .layers import flattened
from .template_values import TemplateError
from .templates import render
from .yaml_text import read_yaml

_SUFFIXES = (".yml", ".yaml", ".toml")
_OWN_PROVIDER_PATH = "/traefik/dynamic"
"""Where gateway-auth serves the ``cors`` middleware for Traefik's HTTP provider."""

_DEFAULT_ENTRY_POINT = "traefik"


def read_files(
    static: Path | None, dynamic: Iterable[Path], environment: Mapping[str, str] = os.environ
) -> Configuration:
    """The configuration in the given files and folders. Raises :class:`UsageError` if one cannot be read."""
    paths = list(dynamic)
    static_options = _static(static)
    entry_points = _entry_points(static_options)
    documents = [_rendered(path, environment) for folder in paths for path in _files(folder)]
    http, tcp = ([document.get(part) or {} for document in documents] for part in ("http", "tcp"))
    middlewares = _named(http, "middlewares")
    seen_cors = _own_provider(static_options, given=static is not None)
    if seen_cors:
        ours = cors_middleware((), CorsHeaders())["http"]["middlewares"]
        middlewares |= {f"{name}@http": options for name, options in ours.items()}
    unseen = frozenset(_unseen_providers(static_options) - ({"http"} if seen_cors else set()))
    return Configuration(
        source=", ".join(str(path) for path in (static, *paths) if path),
        entry_points=entry_points,
        routers=flattened(_routers(http, entry_points or {})),
        middlewares=middlewares,
        services=_named(http, "services"),
        static=static_options,
        unseen_providers=unseen,
        routers_expected=bool(paths) and not unseen,
        tcp_routers=_tcp_routers(tcp, entry_points or {}),
        tcp_services=_named(tcp, "services"),
        repeated=_repeated(http),
        notes=_notes(static, paths),
    )


def entry_point_from_file(name: str, options: Options) -> EntryPoint:
    """An entry point; where a file says nothing about an encoded character, Traefik allows it."""
    encoded = (options.get("http") or {}).get("encodedCharacters") or {}
    return EntryPoint(name, options, tuple(key for key in ENCODED_CHARACTERS if encoded.get(key, True) is not False))


def _static(path: Path | None) -> Options | None:
    return None if path is None else _document(path, _text(path))


def _entry_points(static: Options | None) -> dict[str, EntryPoint] | None:
    if static is None:
        return None
    return {
        name: entry_point_from_file(name, options or {}) for name, options in (static.get("entryPoints") or {}).items()
    }


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES)
    if not found:  # a wrong path in CI would pass for ever
        raise UsageError(f"{path} holds no file that Traefik reads ({', '.join(_SUFFIXES)})")
    return found


def _rendered(path: Path, environment: Mapping[str, str]) -> Options:
    try:
        text = render(_text(path), environment)
    except (TemplateError, RecursionError) as error:
        raise UsageError(f"{path}: {error} (--traefik-api reads what Traefik has rendered)") from error
    return _document(path, text)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UsageError(f"{path} cannot be read: {reason}") from error


def _document(path: Path, text: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text) if path.suffix == ".toml" else read_yaml(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(document or {}, dict):
        raise UsageError(f"{path} holds no configuration")
    options: dict[str, Any] = plain(document or {}, f"{path}: ")
    return options


def _named(sections: list[Options], kind: str) -> dict[str, Options]:
    """By qualified name. Of two of one name Traefik keeps the first, in the order of the files' names."""
    found: dict[str, Options] = {}
    for section in sections:
        named = section.get(kind) or {}
        if not isinstance(named, Mapping):
            raise UsageError(f"{kind} are not a mapping of names")
        found = {qualified(name, "file"): options or {} for name, options in named.items()} | found
    return found


def _repeated(sections: list[Options]) -> tuple[str, ...]:
    names = Counter(
        f"{kind.removesuffix('s')} {name}@file"
        for section in sections
        for kind in ("routers", "middlewares", "services")
        for name in section.get(kind) or {}
    )
    return tuple(name for name, times in names.items() if times > 1)


def _default_entry_points(entry_points: Mapping[str, EntryPoint]) -> tuple[str, ...]:
    chosen = [name for name, found in entry_points.items() if found.options.get("asDefault")]
    return tuple(chosen or [name for name in entry_points if name != _DEFAULT_ENTRY_POINT]) or ("(any)",)


def _routers(sections: list[Options], entry_points: Mapping[str, EntryPoint]) -> dict[str, Router]:
    defaults = _default_entry_points(entry_points)
    return {name: _router(name, options, defaults) for name, options in _named(sections, "routers").items()}


def _tcp_routers(sections: list[Options], entry_points: Mapping[str, EntryPoint]) -> tuple[TcpRouter, ...]:
    defaults = _default_entry_points(entry_points)
    return tuple(
        TcpRouter(
            name,
            str(options.get("rule", "")),
            tuple(options.get("entryPoints") or defaults),
            qualified(str(options.get("service", "")), "file"),
        )
        for name, options in _named(sections, "routers").items()
    )


def _router(name: str, options: Options, default_entry_points: tuple[str, ...]) -> Router:
    rule = str(options.get("rule", ""))
    return Router(
        name=name,
        rule=rule,
        priority=int(options.get("priority") or len(rule)),
        entry_points=tuple(options.get("entryPoints") or default_entry_points),
        middlewares=tuple(qualified(middleware, "file") for middleware in options.get("middlewares") or ()),
        service=qualified(str(options.get("service", "")), "file"),
        parents=tuple(qualified(parent, "file") for parent in options.get("parentRefs") or ()),
    )


def _own_provider(static: Options | None, *, given: bool) -> bool:
    """True if Traefik polls gateway-auth, so that ``cors@http`` is ours; supposed where no static file is given."""
    if not given or static is None:
        return True
    http = (static.get("providers") or {}).get("http") or {}
    return str(http.get("endpoint", "")).endswith(_OWN_PROVIDER_PATH)


def _unseen_providers(static: Options | None) -> set[str]:
    """Providers whose part of the configuration is in no file, by the names that follow the ``@``."""
    names = {name.lower() for name in (static or {}).get("providers") or {} if name != "file"}
    return names - {"providersthrottleduration", "precedence"}


def _notes(static: Path | None, dynamic: list[Path]) -> tuple[str, ...]:
    notes = []
    if static is None:
        notes.append("no static file was given: entry points, trusted addresses and the access log were not looked at")
    if not dynamic:
        notes.append("no dynamic files were given: routers and middlewares were not looked at")
    return tuple(notes)
