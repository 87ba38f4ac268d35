"""Comparison of two router rules: whether they can match one request, and whether one matches every request of the
other.

If patterns make that uncertain, the rules count as overlapping, but not as covering.
"""

import re

from .matchers import Alternative, Matcher

_HOSTS = ("Host", "HostRegexp")
_PATHS = ("Path", "PathPrefix", "PathRegexp")
_LITERAL_START = re.compile(r"\^((?:[^\\.*+?()\[\]{}|^$]|\\[./-])*)([*+?{|])?")


def share(one: Alternative, other: Alternative) -> bool:
    """Return True if some request can match both, as far as hosts and paths show."""
    return _all_meet(one, other, _HOSTS) and _all_meet(one, other, _PATHS)


def swallows(large: Alternative, small: Alternative) -> bool:
    """Return True if every request of ``small`` matches ``large`` too."""
    return all(any(_implies(mine, theirs) for mine in small) for theirs in large)


def _all_meet(one: Alternative, other: Alternative, names: tuple[str, ...]) -> bool:
    mine, theirs = ([matcher for matcher in rule if matcher.name in names] for rule in (one, other))
    return all(_meet(first, second) for first in mine for second in theirs)


def _meet(one: Matcher, other: Matcher) -> bool:
    return any(
        _values_meet(one.name, first, other.name, second) for first in one.arguments for second in other.arguments
    )


def _values_meet(kind: str, value: str, other_kind: str, other: str) -> bool:
    if kind.endswith("Regexp") or other_kind.endswith("Regexp"):
        return _pattern_meets(kind, value, other_kind, other)
    if kind == "Host":
        return value.lower() == other.lower()
    return (kind == "PathPrefix" and other.startswith(value)) or (
        (other_kind == "PathPrefix" and value.startswith(other)) or value == other
    )


def _pattern_meets(kind: str, value: str, other_kind: str, other: str) -> bool:
    if not kind.endswith("Regexp"):
        return _pattern_meets(other_kind, other, kind, value)
    if other_kind in ("Host", "Path"):
        return _matches(value, other)
    start, other_start = _literal_start(value), _literal_start(other) if other_kind.endswith("Regexp") else other
    return start.startswith(other_start) or other_start.startswith(start)


def _literal_start(pattern: str) -> str:
    """Return the prefix of every match; empty if the pattern doesn't determine one."""
    match = _LITERAL_START.match(pattern)
    if match is None or "|" in pattern or "(?" in pattern:
        return ""
    text = match[1].replace("\\", "")
    return text[:-1] if match[2] else text


def _implies(mine: Matcher, theirs: Matcher) -> bool:
    """Return True if a request that matches ``mine`` matches ``theirs``."""
    if theirs.name not in (*_HOSTS, *_PATHS):
        return mine == theirs and bool(mine.arguments)
    return all(
        any(_value_implies(mine.name, value, theirs.name, other) for other in theirs.arguments)
        for value in mine.arguments
    )


def _value_implies(kind: str, value: str, other_kind: str, other: str) -> bool:
    if other_kind == "Host":
        return kind == "Host" and value.lower() == other.lower()
    if other_kind == "PathPrefix":
        return (kind in ("Path", "PathPrefix") and value.startswith(other)) or (
            kind == "PathRegexp" and _literal_start(value).startswith(other)
        )
    if (kind, value) == (other_kind, other):
        return True
    return (kind, other_kind) in (("Host", "HostRegexp"), ("Path", "PathRegexp")) and _matches(other, value)


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True
