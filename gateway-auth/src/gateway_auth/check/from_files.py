"""Reads Traefik's static and dynamic files (YAML or TOML)."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..origins import cors_middleware
from ..terminal import UsageError
from .configuration import ENCODED_CHARACTERS, Configuration, EntryPoint, Options, Router, qualified
from .template_values import TemplateError
from .templates import render

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
    sections = [_http_section(path, environment) for folder in paths for path in _files(folder)]
    middlewares = _named(sections, "middlewares", "file")
    seen_cors = _own_provider(static_options, given=static is not None)
    if seen_cors:
        middlewares |= {f"{name}@http": options for name, options in cors_middleware(())["http"]["middlewares"].items()}
    return Configuration(
        source=", ".join(str(path) for path in (static, *paths) if path),
        entry_points=entry_points,
        routers=_routers(sections, entry_points or {}),
        middlewares=middlewares,
        services=frozenset(_named(sections, "services", "file")),
        static=static_options,
        unseen_providers=frozenset(_unseen_providers(static_options) - ({"http"} if seen_cors else set())),
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
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES)
    return [path]


def _http_section(path: Path, environment: Mapping[str, str]) -> Options:
    try:
        text = render(_text(path), environment)
    except TemplateError as error:
        raise UsageError(f"{path}: {error} (--traefik-api reads what Traefik has rendered)") from error
    return _document(path, text).get("http") or {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UsageError(f"{path} cannot be read: {reason}") from error


def _document(path: Path, text: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text) if path.suffix == ".toml" else _yaml(text)
    except ValueError as error:
        raise UsageError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(document or {}, dict):
        raise UsageError(f"{path} holds no configuration")
    return document or {}


def _yaml(text: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise UsageError("reading YAML needs the package PyYAML: pip install PyYAML") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _named(sections: list[Options], kind: str, provider: str) -> dict[str, Options]:
    found: dict[str, Options] = {}
    for section in sections:
        found |= {qualified(name, provider): options or {} for name, options in (section.get(kind) or {}).items()}
    return found


def _routers(sections: list[Options], entry_points: Mapping[str, EntryPoint]) -> dict[str, Router]:
    defaults = [name for name, found in entry_points.items() if found.options.get("asDefault")]
    defaults = defaults or [name for name in entry_points if name != _DEFAULT_ENTRY_POINT]
    return {name: _router(name, options, defaults) for name, options in _named(sections, "routers", "file").items()}


def _router(name: str, options: Options, default_entry_points: list[str]) -> Router:
    rule = str(options.get("rule", ""))
    return Router(
        name=name,
        rule=rule,
        priority=int(options.get("priority") or len(rule)),
        entry_points=tuple(options.get("entryPoints") or default_entry_points or ("(any)",)),
        middlewares=tuple(qualified(middleware, "file") for middleware in options.get("middlewares") or ()),
        service=qualified(str(options.get("service", "")), "file"),
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
