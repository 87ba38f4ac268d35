"""Reads the rule of a router: which hosts and paths it takes (Traefik's v3 syntax)."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*(&&|\|\||!|\(|\)|([A-Za-z0-9]+)\(((?:\s*(?:`[^`]*`|\"(?:[^\"\\]|\\.)*\")\s*,?)*)\))")
_ARGUMENT = re.compile(r"`([^`]*)`|\"((?:[^\"\\]|\\.)*)\"")
_MOST_ALTERNATIVES = 1024


@dataclass(frozen=True, slots=True)
class Matcher:
    """One test, such as ``PathPrefix(`/api/`)``."""

    name: str
    arguments: tuple[str, ...]


Alternative = tuple[Matcher, ...]
"""Matchers that must all hold. A negated one is left out: it only narrows."""


class UnreadableRule(Exception):
    """The rule is in no syntax that is known here."""


def alternatives(rule: str) -> list[Alternative]:
    """The rule as alternatives. Raises :class:`UnreadableRule`."""
    tokens = _tokens(rule)
    found, end = _either(tokens, 0)
    if end != len(tokens):
        raise UnreadableRule(rule)
    return found


def covers(lower: Alternative, upper: Alternative) -> bool:
    """True if a request that ``upper`` takes would be taken by ``lower`` too, hosts and paths compared."""
    return _hosts_meet(lower, upper) and _paths_meet(lower, upper)


def _tokens(rule: str) -> list[re.Match[str]]:
    tokens, position = [], 0
    while rule[position:].strip():
        match = _TOKEN.match(rule, position)
        if match is None:
            raise UnreadableRule(rule)
        tokens.append(match)
        position = match.end()
    return tokens


def _either(tokens: list[re.Match[str]], position: int) -> tuple[list[Alternative], int]:
    found, position = _both(tokens, position)
    while position < len(tokens) and tokens[position][1] == "||":
        more, position = _both(tokens, position + 1)
        found = found + more
    return found, position


def _both(tokens: list[re.Match[str]], position: int) -> tuple[list[Alternative], int]:
    found, position = _one(tokens, position)
    while position < len(tokens) and tokens[position][1] == "&&":
        more, position = _one(tokens, position + 1)
        found = [(*left, *right) for left in found for right in more]
        if len(found) > _MOST_ALTERNATIVES:
            raise UnreadableRule("too many alternatives")
    return found, position


def _one(tokens: list[re.Match[str]], position: int) -> tuple[list[Alternative], int]:
    if position >= len(tokens):
        raise UnreadableRule("the rule ends too early")
    token = tokens[position]
    if token[1] == "!":
        _, position = _one(tokens, position + 1)
        return [()], position
    if token[1] == "(":
        found, position = _either(tokens, position + 1)
        if position >= len(tokens) or tokens[position][1] != ")":
            raise UnreadableRule("a parenthesis is not closed")
        return found, position + 1
    if token[2] is None:
        raise UnreadableRule(token[1])
    arguments = tuple(first or second for first, second in _ARGUMENT.findall(token[3]))
    return [(Matcher(token[2], arguments),)], position + 1


def _hosts_meet(lower: Alternative, upper: Alternative) -> bool:
    """Compared as names; a ``HostRegexp`` is tried on the other's names, and may match where both are patterns."""
    mine, theirs = _arguments(lower, "Host"), _arguments(upper, "Host")
    patterns = _arguments(lower, "HostRegexp")
    if not mine and not patterns:
        return True
    if not theirs:
        return bool(patterns) and bool(_arguments(upper, "HostRegexp"))
    names = {name.lower() for name in theirs}
    return bool(names & {name.lower() for name in mine}) or any(
        _matches(pattern, name) for pattern in patterns for name in names
    )


def _paths_meet(lower: Alternative, upper: Alternative) -> bool:
    """True if one of the two takes a path that the other takes as well."""
    if not _has_path(lower) or not _has_path(upper):
        return True
    mine, theirs = _arguments(lower, "PathPrefix"), _arguments(upper, "PathPrefix")
    my_paths, their_paths = _arguments(lower, "Path"), _arguments(upper, "Path")
    return (
        any(one.startswith(other) or other.startswith(one) for one in mine for other in theirs)
        or any(path.startswith(prefix) for prefix in mine for path in their_paths)
        or any(path.startswith(prefix) for prefix in theirs for path in my_paths)
        or bool(set(my_paths) & set(their_paths))
        or any(
            _matches(pattern, path) for pattern in _arguments(lower, "PathRegexp") for path in (*theirs, *their_paths)
        )
    )


def _has_path(alternative: Alternative) -> bool:
    return any(matcher.name in ("Path", "PathPrefix", "PathRegexp") for matcher in alternative)


def _arguments(alternative: Alternative, name: str) -> tuple[str, ...]:
    return tuple(value for matcher in alternative if matcher.name == name for value in matcher.arguments)


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True
