"""Reader of Traefik's files: Traefik itself parses the dynamic files, this module the static one."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from vf_edge.cors import CorsHeaders, cors_middleware
from vf_runtime.terminal import UsageError

from . import understood
from .configuration import ENCODED_CHARACTERS, Configuration, EntryPoint, Options, Router
from .matchers import UnreadableRule, alternatives
from .own_traefik import DynamicFile, Reading, read_with_traefik
from .static_file import read_static

LARGEST = 16 * 1024 * 1024
"""Maximum bytes of all dynamic files together."""

_WRITTEN_FOR = (3, 7)
_SUFFIXES = (".yml", ".yaml", ".toml")
_OWN_PROVIDER_PATH = "/traefik/dynamic"
"""Path at which gateway-auth serves the ``cors`` middleware for Traefik's HTTP provider."""

_ANY = "(any)"
"""The entry point of routers that name none, without a static file."""
_WHERE_STATIC_HAS_NONE = "http"
_TRAEFIKS_OWN = "traefik"


def read_files(
    static: Path | None, dynamic: Iterable[Path], environment: Mapping[str, str] = os.environ
) -> Configuration:
    """Return the configuration in the given files and folders. Raises :class:`UsageError` if one cannot be read."""
    paths = list(dynamic)
    options = None if static is None else read_static(static)
    entry_points = _entry_points(options)
    reading = _reading(_dynamic_files(paths), entry_points, environment) if paths else None
    raw = reading.state.raw if reading else {}
    middlewares = understood.middlewares(raw)
    seen_cors = _own_provider(options)
    if seen_cors:
        ours = cors_middleware((), CorsHeaders())["http"]["middlewares"]
        middlewares |= {f"{name}@http": found for name, found in ours.items()}
    unseen = frozenset(_unseen_providers(options) - ({"http"} if seen_cors else set()))
    return _with_own_errors(
        Configuration(
            source=", ".join(str(path) for path in (static, *paths) if path),
            entry_points=entry_points,
            routers=understood.routers(raw),
            middlewares=middlewares,
            services=raw.get("services") or {},
            static=options,
            unseen_providers=unseen,
            routers_expected=bool(paths) and not unseen,
            tcp_routers=understood.tcp_routers(raw),
            tcp_services=raw.get("tcpServices") or {},
            repeated=reading.repeated if reading else (),
            read_by=reading.state.version if reading else "",
            notes=_notes(static, paths, reading.state.version if reading else ""),
        )
    )


def _entry_points(static: Options | None) -> dict[str, EntryPoint] | None:
    if static is None:
        return None
    return {name: _entry_point(name, options) for name, options in (static.get("entryPoints") or {}).items()}


def _entry_point(name: str, options: Options) -> EntryPoint:
    """Return an entry point. Traefik allows an encoded character if the file doesn't mention it."""
    encoded = (options.get("http") or {}).get("encodedCharacters") or {}
    return EntryPoint(name, options, tuple(key for key in ENCODED_CHARACTERS if encoded.get(key, True) is not False))


def _reading(
    files: list[DynamicFile], entry_points: Mapping[str, EntryPoint] | None, environment: Mapping[str, str]
) -> Reading:
    if entry_points is not None:
        return read_with_traefik(files, _defaults(entry_points), environment)
    # Without a static file, any entry point may exist: read the files once to collect the names.
    reading = read_with_traefik(files, {_ANY: True}, environment)
    kinds = ("routers", "tcpRouters")
    named = {
        name
        for kind in kinds
        for router in (reading.state.raw.get(kind) or {}).values()
        for name in router.get("entryPoints") or ()
    } - {_ANY}
    return read_with_traefik(files, {_ANY: True} | dict.fromkeys(named, False), environment) if named else reading


def _defaults(entry_points: Mapping[str, EntryPoint]) -> dict[str, bool]:
    """Return each entry point, and whether routers that name none use it: the marked ones, or all but Traefik's own."""
    marked = {name for name, found in entry_points.items() if found.options.get("asDefault")}
    chosen = marked or {name for name in entry_points if name != _TRAEFIKS_OWN}
    return {name: name in chosen for name in entry_points} or {_WHERE_STATIC_HAS_NONE: True}


def _dynamic_files(paths: list[Path]) -> list[DynamicFile]:
    found: list[DynamicFile] = []
    left = LARGEST
    for number, path in enumerate(paths):
        for file in _files(path):
            content = _content(file, left)
            left -= len(content)
            name = file.relative_to(path) if path.is_dir() else Path(file.name)
            named = name if name.suffix in _SUFFIXES else name.with_name(f"{name.name}.yml")
            found.append(DynamicFile(file, Path(f"{number:04d}") / named, content))
    return found


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
    if not found:  # otherwise, a wrong path in CI would pass forever
        raise UsageError(f"{path} contains no file that Traefik reads ({', '.join(_SUFFIXES)})")
    return found


def _content(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > most:
        raise UsageError(f"{path} is too large: the limit for all dynamic files is {LARGEST // 1024 // 1024} MiB")
    return content


def _with_own_errors(configuration: Configuration) -> Configuration:
    """Return the errors, without those that only the lint's separate Traefik has, and with those that it
    can't detect.
    """
    routers = {
        name: replace(router, errors=tuple(_errors(configuration, router)))
        for name, router in configuration.routers.items()
    }
    return replace(configuration, routers=routers)


def _errors(configuration: Configuration, router: Router) -> Iterator[str]:
    providers = "|".join(map(re.escape, sorted(configuration.unseen_providers | {"http"})))
    of_others = re.compile(
        rf'"[^"]*@({providers})"|unknown TLS options: \S+@({providers})$'
        # The static file enables Traefik's own services and plugins. Routers of lower layers report their own errors.
        r"| is not enabled$|plugin: unknown plugin type|no child routers could be added"
    )
    kept = [error for error in router.errors if not of_others.search(error)]
    unreadable = _is_unreadable(router.rule)  # a lint rule reports it
    yield from (error for error in kept if not (unreadable and error.startswith("error while parsing rule")))
    # Traefik reports only a router's first error, and knows no middlewares of entry points here.
    names = {name for entry in router.entry_points for name in configuration.names_on(router, entry)}
    for name in sorted(set(configuration.missing(tuple(names)))):
        if not any(f'"{name}"' in error for error in kept):
            yield f'middleware "{name}" does not exist'


def _is_unreadable(rule: str) -> bool:
    try:
        return not alternatives(rule)
    except UnreadableRule:
        return True


def _own_provider(static: Options | None) -> bool:
    """Return True if Traefik polls gateway-auth, so that ``cors@http`` is the gateway's; also without a static file."""
    if static is None:
        return True
    http = (static.get("providers") or {}).get("http") or {}
    return str(http.get("endpoint", "")).endswith(_OWN_PROVIDER_PATH)


def _unseen_providers(static: Options | None) -> set[str]:
    """Return the providers whose configuration is in no file, by the names after the ``@``."""
    names = {name.lower() for name in (static or {}).get("providers") or {} if name != "file"}
    return names - {"providersthrottleduration", "precedence"}


def _notes(static: Path | None, dynamic: list[Path], version: str) -> tuple[str, ...]:
    notes = []
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers and (int(numbers[1]), int(numbers[2])) < _WRITTEN_FOR:
        notes.append(
            f"Traefik {version} read the files. The rules require 3.7 or later, which has aliasHeadersStrategy and "
            "encodedCharacters"
        )
    if static is None:
        notes.append("without a static file, entry points, trusted IP addresses and the access log were not checked")
    if not dynamic:
        notes.append("without dynamic files, routers and middlewares were not checked")
    return tuple(notes)
