"""One spelling for what Traefik reads in several: its files take every letter case, and values in quotes.

``TrustForwardHeader: "true"`` and ``middlewares: "cors, auth"`` are at work like their plain forms, and a check that
knows the plain form only is blind to them. The names of routers, middlewares, services and headers are the operator's.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..terminal import UsageError

Reader = Callable[[Any, str], Any]


def plain(options: Any, place: str = "") -> Any:
    """``options`` in the plain spelling. Raises :class:`UsageError` for a value that Traefik refuses as well."""
    if isinstance(options, list):
        return [plain(member, place) for member in options]
    if not isinstance(options, Mapping):
        return options
    found: dict[str, Any] = {}
    for key, value in options.items():
        name, reader = _OPTIONS.get(str(key).lower(), (str(key), plain))
        if name in found:
            raise UsageError(f"{place}{name} is said twice")
        found[name] = None if value is None else reader(value, f"{place}{name}.")
    return found


def _named(value: Any, place: str) -> Any:
    """A mapping by the operator's names, or a list of such names; weights of services are a list of options."""
    if isinstance(value, Mapping):
        return {str(name): _section(options or {}, f"{place}{name}.") for name, options in value.items()}
    if isinstance(value, list) and any(isinstance(member, Mapping) for member in value):
        return _sections(value, place)
    return _words(value, place)


def _headers(value: Any, place: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{place[:-1]} is not a mapping")
    return {str(name): _text("" if text is None else text, f"{place}{name}.") for name, text in value.items()}


def _section(value: Any, place: str) -> Any:
    if value in (True, False, "", "true", "false"):  # `tls: true`: the section with all its defaults
        return {}
    if not isinstance(value, Mapping):
        raise UsageError(f"{place[:-1]} is not a section")
    return plain(value, place)


def _sections(value: Any, place: str) -> Any:
    if not isinstance(value, list):
        raise UsageError(f"{place[:-1]} is not a list")
    return [_section(member, place) for member in value]


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


def _number(value: Any, place: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{place[:-1]} is not a whole number") from error


def _text(value: Any, place: str) -> str:
    if isinstance(value, Mapping | list):
        raise UsageError(f"{place[:-1]} is not a text")
    return str(value)


_READERS: tuple[tuple[Reader, str], ...] = (
    (_named, "routers middlewares services entryPoints"),
    (_headers, "customRequestHeaders customResponseHeaders names"),
    (_words, "parentRefs trustedIPs authRequestHeaders authResponseHeaders accessControlAllowOriginList"),
    (_words, "accessControlAllowOriginListRegex"),
    (_switch, "trustForwardHeader accessControlAllowCredentials insecure insecureSkipVerify asDefault sanitizePath"),
    (_switch, "allowEncodedSlash allowEncodedBackSlash allowEncodedNullCharacter allowEncodedSemicolon"),
    (_switch, "allowEncodedPercent allowEncodedQuestionMark allowEncodedHash"),
    (_number, "priority maxResponseBodySize"),
    (
        _text,
        "rule service fallback name url address endpoint authResponseHeadersRegex aliasHeadersStrategy defaultMode",
    ),
    (_section, "http tcp api providers rest accessLog fields headers forwardedHeaders proxyProtocol encodedCharacters"),
    (_section, "chain forwardAuth tls basicAuth digestAuth redirectScheme stripPrefix stripPrefixRegex"),
    (_section, "replacePathRegex loadBalancer weighted mirroring failover highestRandomWeight"),
    (_sections, "servers mirrors"),
)
_OPTIONS = {name.lower(): (name, reader) for reader, names in _READERS for name in names.split()}
"""The options that a rule looks at, by their name in lower case."""
